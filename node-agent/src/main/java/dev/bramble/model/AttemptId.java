package dev.bramble.model;

/**
 * One try of a task on one node. The leader that granted it numbers its grants within its term, so that two leaders can
 * never make the same id.
 */
public record AttemptId(long term, long sequence) implements Comparable<AttemptId> {
    @Override
    public int compareTo(AttemptId other) {
        int byTerm = Long.compare(term, other.term);
        return byTerm != 0 ? byTerm : Long.compare(sequence, other.sequence);
    }

    /** {@code term-sequence}: safe as a file name. */
    @Override
    public String toString() {
        return term + "-" + sequence;
    }
}
