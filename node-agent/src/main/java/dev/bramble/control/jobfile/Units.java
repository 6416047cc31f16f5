package dev.bramble.control.jobfile;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them: {@code 1h30m}, {@code 512M}. */
public final class Units {
    /** Longest duration: beyond ten years nobody means it, and sums of instants stay far from overflow. */
    public static final Duration DURATION_MAX = Duration.ofDays(3650);
    /** Largest size: a pebibyte is more than any bramble holds, and sums of sizes stay far from overflow. */
    public static final long SIZE_BYTES_MAX = 1L << 50;

    private static final BigDecimal BARE_BYTES_MIN = BigDecimal.valueOf(1 << 20);

    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,16}(?:\\.\\d{1,9})?)(?:([kmgt])i?)?(b?)");

    private Units() {}

    /** Reads {@code 90s}, {@code 10m}, {@code 1h30m}, {@code 7d}, {@code 250ms}; empty when it is none of these. */
    public static Optional<Duration> duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(part(parts, 1))
                .plusHours(part(parts, 2))
                .plusMinutes(part(parts, 3))
                .plusSeconds(part(parts, 4))
                .plusMillis(part(parts, 5)));
    }

    private static long part(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }

    /** Writes a duration so that {@link #duration} reads it back, down to milliseconds. */
    public static String written(Duration duration) {
        StringBuilder out = new StringBuilder();
        append(out, duration.toDays(), "d");
        append(out, duration.toHoursPart(), "h");
        append(out, duration.toMinutesPart(), "m");
        append(out, duration.toSecondsPart(), "s");
        append(out, duration.toMillisPart(), "ms");
        return out.isEmpty() ? "0s" : out.toString();
    }

    private static void append(StringBuilder out, long amount, String unit) {
        if (amount > 0) {
            out.append(amount).append(unit);
        }
    }

    /**
     * Reads {@code 512M}, {@code 1G}, {@code 1.5GiB}, {@code 100B}; upper or lower case. K, M, G and T are powers of
     * 1024, as they are for the kernel's limits, so that nobody gets less than was asked for. A bare number counts
     * bytes from a mebibyte on; a smaller one is a forgotten unit. Empty when it is none of these, or beyond
     * {@link #SIZE_BYTES_MAX}.
     */
    public static Optional<Long> sizeBytes(String text) {
        Matcher parts = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean hasLetter = parts.group(2) != null;
        int power = hasLetter ? "kmgt".indexOf(parts.group(2)) + 1 : 0;
        BigDecimal bytes = new BigDecimal(parts.group(1))
                .multiply(BigDecimal.valueOf(1024).pow(power))
                .setScale(0, RoundingMode.CEILING);
        boolean isBare = !hasLetter && parts.group(3).isEmpty();
        boolean lacksUnit = isBare && bytes.signum() > 0 && bytes.compareTo(BARE_BYTES_MIN) < 0;
        return lacksUnit || bytes.compareTo(BigDecimal.valueOf(SIZE_BYTES_MAX)) > 0
                ? Optional.empty()
                : Optional.of(bytes.longValueExact());
    }
}
