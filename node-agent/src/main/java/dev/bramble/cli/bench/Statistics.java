package dev.bramble.cli.bench;

import java.util.Arrays;

/** From times to figures. */
final class Statistics {
    private static final double NANOS_PER_SECOND = 1e9;

    private Statistics() {}

    /** The least value that at least {@code percent} of all do not exceed (nearest rank). */
    static double percentile(double[] values, double percent) {
        if (values.length == 0 || percent <= 0 || percent > 100) {
            throw new IllegalArgumentException(percent + " % of " + values.length + " values");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
    }

    static double perSecond(long count, long nanos) {
        return count * NANOS_PER_SECOND / Math.max(1, nanos);
    }

    /**
     * The share of what slots could do that was done: work over capacity, as parallel efficiency is defined (speed-up
     * over processors), with a task's nominal time for the sequential run.
     */
    static double efficiency(long tasks, double taskSeconds, long nanos, int slots) {
        return tasks * taskSeconds / (Math.max(1, nanos) / NANOS_PER_SECOND * slots);
    }

    /** 1, 2, 4 … and all of them. */
    static int[] steps(int nodes) {
        int doublings = 32 - Integer.numberOfLeadingZeros(nodes);
        int[] steps = new int[Integer.bitCount(nodes) == 1 ? doublings : doublings + 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = Math.min(1 << i, nodes);
        }
        return steps;
    }
}
