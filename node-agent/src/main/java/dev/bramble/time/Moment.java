package dev.bramble.time;

import java.time.Duration;

/**
 * An instant of bramble time: milliseconds of time during which the bramble had a leader, since its founding.
 *
 * <p>Leases, timeouts, retention and tokens count in it, so no jump of a calendar clock can move them.
 */
public record Moment(long millis) implements Comparable<Moment> {
    /** The instant of founding. */
    public static final Moment FOUNDING = new Moment(0);

    public Moment plus(Duration duration) {
        return new Moment(Math.addExact(millis, duration.toMillis()));
    }

    /** How long after {@code earlier} this is; negative when it is before. */
    public Duration since(Moment earlier) {
        return Duration.ofMillis(millis - earlier.millis);
    }

    public boolean isBefore(Moment other) {
        return millis < other.millis;
    }

    public Moment orLater(Moment other) {
        return isBefore(other) ? other : this;
    }

    @Override
    public int compareTo(Moment other) {
        return Long.compare(millis, other.millis);
    }
}
