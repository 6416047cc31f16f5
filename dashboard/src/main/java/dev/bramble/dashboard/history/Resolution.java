package dev.bramble.dashboard.history;

/**
 * How finely and how far back figures are kept. A chart on a phone is some 400 points wide and one on a desk 1,500, so
 * each resolution has about as many slots as a chart can show.
 */
enum Resolution {
    /** A quarter of an hour: what is going on. */
    SECOND(1, 900),
    /** Three hours: an afternoon's job. */
    TEN_SECONDS(10, 1_080),
    /** Two days: yesterday beside today. */
    TWO_MINUTES(120, 1_440);

    private final int stepSeconds;
    private final int slots;

    Resolution(int stepSeconds, int slots) {
        this.stepSeconds = stepSeconds;
        this.slots = slots;
    }

    int stepSeconds() {
        return stepSeconds;
    }

    int slots() {
        return slots;
    }

    long spanSeconds() {
        return (long) stepSeconds * slots;
    }

    long slotOf(long second) {
        return Math.floorDiv(second, (long) stepSeconds);
    }

    /** The finest that reaches back so far and is not finer than is wanted; the coarsest when none does. */
    static Resolution of(long backSeconds, long stepSeconds) {
        for (Resolution each : values()) {
            if (each.spanSeconds() >= backSeconds && each.stepSeconds >= stepSeconds) {
                return each;
            }
        }
        return TWO_MINUTES;
    }
}
