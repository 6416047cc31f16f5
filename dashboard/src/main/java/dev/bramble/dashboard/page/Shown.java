package dev.bramble.dashboard.page;

import java.time.Duration;
import java.util.Locale;

/** Figures as people read them: two digits that matter, and a unit. */
public final class Shown {
    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Shown() {}

    /** {@code 40 s}, {@code 3 min}, {@code 2 h 5 min}, {@code 4 d 3 h}. */
    public static String time(long millis) {
        Duration time = Duration.ofMillis(Math.abs(millis));
        if (time.toSeconds() < 1) {
            return "under 1 s";
        }
        if (time.toMinutes() < 1) {
            return time.toSeconds() + " s";
        }
        if (time.toHours() < 1) {
            return time.toMinutes() + " min";
        }
        if (time.toDays() < 1) {
            return time.toHours() + " h" + rest(time.toMinutesPart(), " min");
        }
        return time.toDays() + " d" + rest(time.toHoursPart(), " h");
    }

    /** {@code about 40 s}; what is under a second needs no "about". */
    public static String about(long millis) {
        String time = time(millis);
        return time.startsWith("under") ? time : "about " + time;
    }

    private static String rest(int amount, String unit) {
        return amount == 0 ? "" : " " + amount + unit;
    }

    /** {@code 1.9 GiB}; powers of 1024, as in job files and on the command line. */
    public static String bytes(double bytes) {
        double left = bytes;
        int unit = 0;
        while (left >= 1023.5 && unit < SIZES.length - 1) {
            left /= 1024;
            unit++;
        }
        boolean whole = unit == 0 || left >= 10;
        return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", left, SIZES[unit]);
    }

    /** {@code 0.3}, {@code 12}, {@code 1,200}. */
    public static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
    }

    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 1 node}, {@code 4 nodes}. */
    public static String counted(long count, String one, String many) {
        return count(count) + " " + (count == 1 ? one : many);
    }

    /** With a capital letter, unless a name such as pi07 begins it, and a full stop. */
    public static String sentence(String text) {
        if (text.isEmpty()) {
            return text;
        }
        boolean isName = text.split("[\\s,:]", 2)[0].matches(".*[0-9].*");
        String begun = isName ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return begun.matches("(?s).*[.!?…]") ? begun : begun + ".";
    }
}
