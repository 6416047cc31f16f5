package dev.bramble.cli.console;

import dev.bramble.model.CountText;
import java.time.Duration;
import java.util.Locale;

/** Figures for people: few digits, always a unit. */
public final class Human {
    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Human() {}

    /** Like {@code 850 ms}, {@code 12.3 s}, {@code 4m07s}, {@code 3h05m}, {@code 2d04h}. */
    public static String duration(long millis) {
        if (millis < 0) {
            return "-" + duration(-millis);
        }
        Duration duration = Duration.ofMillis(millis);
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 59_950) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        if (duration.toMinutes() < 60) {
            return String.format(Locale.ROOT, "%dm%02ds", duration.toMinutes(), duration.toSecondsPart());
        }
        if (duration.toHours() < 24) {
            return String.format(Locale.ROOT, "%dh%02dm", duration.toHours(), duration.toMinutesPart());
        }
        return String.format(Locale.ROOT, "%dd%02dh", duration.toDays(), duration.toHoursPart());
    }

    /** Powers of 1024, three digits at least. */
    public static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < SIZES.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(
                        Locale.ROOT, value < 10 ? "%.2f %s" : value < 100 ? "%.1f %s" : "%.0f %s", value, SIZES[unit]);
    }

    /** Events a second, or a minute where they are rare. */
    public static String rate(double perSecond) {
        if (perSecond <= 0) {
            return "-";
        }
        return perSecond < 0.95
                ? String.format(Locale.ROOT, "%.1f/min", perSecond * 60)
                : String.format(Locale.ROOT, perSecond < 100 ? "%.1f/s" : "%.0f/s", perSecond);
    }

    /** {@code 1 task}, {@code 2 tasks}, {@code 12,000 tasks}. */
    public static String count(long number, String one) {
        return CountText.of(number, one);
    }
}
