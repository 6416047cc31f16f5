package dev.bramble.leader;

import java.time.Duration;

/** Numbers in sentences. */
final class Words {
    private static final long MINUTE_SECONDS = 60;
    private static final long HOUR_SECONDS = 3600;

    private Words() {}

    /** "1 task", "3 tasks". */
    static String count(long number, String one) {
        return number + " " + (number == 1 ? one : one + "s");
    }

    /** Rounded up, in at most two units: "12 s", "4 min 10 s", "2 h 5 min". */
    static String time(Duration duration) {
        long seconds = Math.max(0, (duration.toMillis() + 999) / 1000);
        if (seconds < MINUTE_SECONDS) {
            return seconds + " s";
        }
        if (seconds < HOUR_SECONDS) {
            return two(seconds / MINUTE_SECONDS, " min", seconds % MINUTE_SECONDS, " s");
        }
        long minutes = (seconds + MINUTE_SECONDS - 1) / MINUTE_SECONDS;
        return two(minutes / MINUTE_SECONDS, " h", minutes % MINUTE_SECONDS, " min");
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : " " + small + smallUnit);
    }
}
