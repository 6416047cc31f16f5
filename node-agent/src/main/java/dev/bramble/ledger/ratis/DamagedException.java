package dev.bramble.ledger.ratis;

/** What is in a voter's folder cannot be trusted; the sentence says what is wrong. */
final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String sentence) {
        super(sentence);
    }
}
