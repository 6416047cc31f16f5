package dev.bramble.model;

/**
 * Neighbouring tasks of one job, granted and ended together: one task of a command, a batch of lines of a filter.
 *
 * @param from index of the first
 * @param count how many; at least 1
 */
public record TaskRange(int from, int count) {
    /**
     * Most tasks of one range. At a million lines a second on four nodes a batch of so many takes each slot a quarter
     * of a second; a larger one would only be more to repeat when its node dies.
     */
    public static final int COUNT_MAX = 65_536;

    public TaskRange {
        if (from < 0 || count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException(count + " tasks from " + from);
        }
    }

    /** Index after the last. */
    public int end() {
        return from + count;
    }

    public boolean overlaps(TaskRange other) {
        return from < other.end() && other.from < end();
    }

    @Override
    public String toString() {
        return count == 1 ? Integer.toString(from) : from + "–" + (end() - 1);
    }
}
