package dev.bramble.control;

/** How questions and answers become bytes; the implementation is an edge. */
public interface QuestionCodec {
    byte[] encodeQuestion(Question question);

    /** @throws IllegalArgumentException when the bytes are no question */
    Question decodeQuestion(byte[] bytes);

    byte[] encodeAnswer(Answer answer);

    /** @throws IllegalArgumentException when the bytes are no answer */
    Answer decodeAnswer(byte[] bytes);
}
