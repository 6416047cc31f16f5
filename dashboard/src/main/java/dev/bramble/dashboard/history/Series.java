package dev.bramble.dashboard.history;

import java.util.Arrays;

/**
 * One figure over time, in all resolutions: arrays of fixed length that are written round and round. Seconds are of any
 * clock that never goes back. For one thread at a time.
 */
final class Series {
    /** How the figures of a longer slot become one. */
    enum Condensed {
        MEAN,
        /** What matters is whether it was ever so. */
        HIGHEST
    }

    /** Bytes of memory of one series, headers of arrays left aside. */
    static final long BYTES =
            Arrays.stream(Resolution.values()).mapToLong(Resolution::slots).sum() * Float.BYTES;

    private final Condensed condensed;
    private final Ring[] rings;

    Series(Condensed condensed) {
        this.condensed = condensed;
        this.rings = Arrays.stream(Resolution.values()).map(Ring::new).toArray(Ring[]::new);
    }

    /** What is not a number is unknown, and leaves a gap. A second before the newest changes nothing. */
    void add(long second, double value) {
        if (Double.isFinite(value)) {
            for (Ring ring : rings) {
                ring.add(second, value);
            }
        }
    }

    /** What a slot of that resolution held; NaN for a gap, and for what is older or younger than all that is kept. */
    double at(Resolution resolution, long slot) {
        return rings[resolution.ordinal()].at(slot);
    }

    /** As it was kept elsewhere; only before anything younger was added. */
    void restore(Resolution resolution, long slot, double value) {
        rings[resolution.ordinal()].put(slot, value);
    }

    private final class Ring {
        private final Resolution resolution;
        private final float[] values;
        private long newest = Long.MIN_VALUE;
        private double sum;
        private int count;

        Ring(Resolution resolution) {
            this.resolution = resolution;
            this.values = new float[resolution.slots()];
            Arrays.fill(values, Float.NaN);
        }

        void add(long second, double value) {
            long slot = resolution.slotOf(second);
            if (slot < newest) {
                return;
            }
            if (slot > newest) {
                sum = 0;
                count = 0;
            }
            count++;
            sum = switch (condensed) {
                case MEAN -> sum + value;
                case HIGHEST -> count == 1 ? value : Math.max(sum, value);
            };
            put(slot, condensed == Condensed.MEAN ? sum / count : sum);
        }

        void put(long slot, double value) {
            if (newest != Long.MIN_VALUE) {
                long cleared = Math.min(slot - newest - 1, values.length);
                for (long gap = slot - cleared; gap < slot; gap++) {
                    values[place(gap)] = Float.NaN;
                }
            }
            newest = slot;
            values[place(slot)] = (float) value;
        }

        double at(long slot) {
            boolean isKept = newest != Long.MIN_VALUE && slot <= newest && slot > newest - values.length;
            return isKept ? values[place(slot)] : Double.NaN;
        }

        private int place(long slot) {
            return (int) Math.floorMod(slot, (long) values.length);
        }
    }
}
