package dev.bramble.dashboard.nodes;

import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.Reading;
import java.util.Locale;
import java.util.Optional;

/** A board's figures in words, the same on every page. Pure. */
public final class BoardWords {
    public static final String UNKNOWN = "unknown";

    private BoardWords() {}

    public static Optional<Double> known(Reading reading) {
        return Optional.ofNullable(reading.value());
    }

    /** {@code 48 °C}. */
    public static String celsius(double degrees) {
        return String.format(Locale.ROOT, "%.0f °C", degrees);
    }

    /** {@code 0.4}: how many programs want a processor. */
    public static String load(double load) {
        return String.format(Locale.ROOT, "%.1f", load);
    }

    /** {@code 3.1 GiB free}. */
    public static String free(Reading free) {
        return known(free).map(bytes -> Shown.bytes(bytes) + " free").orElse(UNKNOWN);
    }

    /** −1 when it is not known. */
    public static int usedPercent(Reading total, Reading free) {
        if (!total.isKnown() || !free.isKnown() || total.value() <= 0) {
            return -1;
        }
        return Math.clamp(Math.round(100 * (total.value() - free.value()) / total.value()), 0, 100);
    }
}
