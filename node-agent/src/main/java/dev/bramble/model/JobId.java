package dev.bramble.model;

/** A job's number, counted from 1 by the ledger and never used twice. */
public record JobId(long number) implements Comparable<JobId> {
    @Override
    public int compareTo(JobId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
