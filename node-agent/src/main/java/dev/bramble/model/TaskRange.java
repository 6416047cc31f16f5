package dev.bramble.model;

/**
 * Neighbouring tasks of one job, granted and ended together: one task of a command, a batch of lines of a filter.
 *
 * @param from index of the first
 * @param count how many; at least 1
 */
public record TaskRange(int from, int count) {
    public TaskRange {
        if (from < 0 || count < 1) {
            throw new IllegalArgumentException(count + " tasks from " + from);
        }
    }

    /** Index after the last. */
    public int end() {
        return from + count;
    }

    @Override
    public String toString() {
        return count == 1 ? Integer.toString(from) : from + "–" + (end() - 1);
    }
}
