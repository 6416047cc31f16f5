package dev.bramble.cluster;

import java.time.Duration;
import java.util.Locale;

/**
 * How a member left the view, as far as this node can tell.
 *
 * @param after how long it had said nothing when it left; zero where that means nothing
 */
public record Departure(Manner manner, Duration after) {
    public static final Departure FAREWELL = new Departure(Manner.FAREWELL, Duration.ZERO);
    public static final Departure UNKNOWN = new Departure(Manner.UNKNOWN, Duration.ZERO);

    /** What speaks for it. */
    public enum Manner {
        /** It said goodbye: its agent was stopped in order. */
        FAREWELL,
        /** Its connection closed without a word: its process ended, and its board may live. */
        CLOSED,
        /** Nothing was heard of it any more: without power, frozen, or cut off. */
        SILENT,
        /** Others left it out; this node saw nothing that speaks for it. */
        UNKNOWN
    }

    /** @param after from the end of the connection until it was given up */
    public static Departure closed(Duration after) {
        return new Departure(Manner.CLOSED, after);
    }

    /** @param after from the last sign of it until it was given up */
    public static Departure silent(Duration after) {
        return new Departure(Manner.SILENT, after);
    }

    /** What speaks for it, as the end of a sentence. */
    public String evidence() {
        return switch (manner) {
            case FAREWELL -> "its agent said goodbye";
            case CLOSED -> "its connection closed and it did not answer for " + seconds();
            case SILENT -> "it was silent for " + seconds();
            case UNKNOWN -> "it left the cluster";
        };
    }

    private String seconds() {
        return String.format(Locale.ROOT, "%.1f s", after.toMillis() / 1000.0);
    }
}
