package dev.bramble.control;

import dev.bramble.control.jobfile.Units;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.Setting;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Values of settings as people write and read them. */
public final class SettingText {
    /** Two limits of one figure each: the one above, and the one below. */
    private static final Map<Setting, Setting> PAIRS = Map.of(
            Setting.HEALTH_HOT, Setting.HEALTH_COOL,
            Setting.HEALTH_DISK_ROOM, Setting.HEALTH_DISK_FULL);

    private SettingText() {}

    /** @throws RefusedException NOT_FOUND for an unknown key, INVALID with what the value may be */
    public static Setting require(String key) {
        return Setting.of(key)
                .orElseThrow(() -> new RefusedException(
                        Refusal.Kind.NOT_FOUND,
                        "there is no setting '" + key + "': there are "
                                + Arrays.stream(Setting.values())
                                        .map(Setting::key)
                                        .collect(Collectors.joining(", "))));
    }

    /** The value in the setting's unit; fails as {@link #require}. */
    public static long read(String key, String value) {
        Setting setting = require(key);
        Optional<Long> read = switch (setting.unit()) {
            case BYTES -> Units.sizeBytes(value);
            case MILLISECONDS -> Units.duration(value).map(Duration::toMillis);
            case CELSIUS -> celsius(value);
            case COUNT -> value.matches("[0-9]{1,15}") ? Optional.of(Long.parseLong(value)) : Optional.empty();
        };
        if (read.isEmpty() || read.get() < setting.min() || read.get() > setting.max()) {
            throw new RefusedException(
                    Refusal.Kind.INVALID,
                    setting.key() + " (" + setting.meaning() + ") cannot be '" + value + "': give "
                            + written(setting, setting.min()) + " to " + written(setting, setting.max()));
        }
        return read.get();
    }

    /**
     * Whether it makes sense beside the others. Of two limits that meet, a figure near them crosses both every few
     * seconds.
     *
     * @param now what the others are
     * @throws RefusedException INVALID with the other one
     */
    public static void check(Setting setting, long value, ToLongFunction<Setting> now) {
        PAIRS.forEach((upper, lower) -> {
            Setting other = setting == upper ? lower : upper;
            boolean isOfPair = setting == upper || setting == lower;
            if (isOfPair && (setting == upper ? value <= now.applyAsLong(lower) : value >= now.applyAsLong(upper))) {
                throw new RefusedException(
                        Refusal.Kind.INVALID,
                        setting.key() + " cannot be " + written(setting, value) + ": it has to be "
                                + (setting == upper ? "above " : "below ") + other.key() + ", which is "
                                + written(other, now.applyAsLong(other)));
            }
        });
    }

    /** So that {@link #read} reads it back. */
    public static String written(Setting setting, long value) {
        return switch (setting.unit()) {
            case BYTES -> size(value);
            case MILLISECONDS -> Units.written(Duration.ofMillis(value));
            case CELSIUS -> value + "C";
            case COUNT -> Long.toString(value);
        };
    }

    /** 80, 80C or 80 °C. */
    private static Optional<Long> celsius(String value) {
        String degrees = value.strip().replaceFirst("\\s*°?\\s*[Cc]$", "");
        return degrees.matches("[0-9]{1,3}") ? Optional.of(Long.parseLong(degrees)) : Optional.empty();
    }

    private static String size(long bytes) {
        String[] units = {"T", "G", "M", "K"};
        for (int i = 0; i < units.length; i++) {
            long unit = 1L << (10 * (units.length - i));
            if (bytes >= unit && bytes % unit == 0) {
                return bytes / unit + units[i];
            }
        }
        return bytes + "B";
    }
}
