package dev.bramble.cli;

import dev.bramble.cli.console.Human;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import tools.jackson.databind.JsonNode;

/** Words for nodes and boards. A figure that could not be read is unknown, never a number. */
final class NodeText {
    /** Older than some beats of a node's report: then its age is worth saying. */
    private static final long FRESH_MILLIS_MAX = 10_000;

    private NodeText() {}

    static String cores(JsonNode capacity) {
        double cores = capacity.path("milliCpus").asLong() / 1000.0;
        return String.format(Locale.ROOT, cores == Math.rint(cores) ? "%.0f" : "%.1f", cores);
    }

    static String celsius(double degrees) {
        return String.format(Locale.ROOT, "%.0f °C", degrees);
    }

    /** A figure, or {@code ?}. */
    static String reading(JsonNode reading, DoubleFunction<String> format) {
        JsonNode value = reading.path("value");
        return value.isNumber() ? format.apply(value.asDouble()) : "?";
    }

    /** A figure with its age when that matters, or why it is unknown. */
    static String fullReading(JsonNode reading, DoubleFunction<String> format) {
        JsonNode value = reading.path("value");
        if (!value.isNumber()) {
            String because = reading.path("unknownBecause").asString("");
            return "unknown" + (because.isEmpty() ? "" : ": " + because);
        }
        long age = reading.path("ageMillis").asLong();
        return format.apply(value.asDouble()) + (age > FRESH_MILLIS_MAX ? "  (" + Human.duration(age) + " ago)" : "");
    }

    /** What is wrong with the board now, in words. */
    static List<String> warnings(JsonNode health) {
        List<String> warnings = new ArrayList<>();
        if (is(health, "underVoltage", 1)) {
            warnings.add("under-voltage");
        }
        if (is(health, "throttled", 1)) {
            warnings.add("throttled");
        }
        if (is(health, "diskWritable", 0)) {
            warnings.add("disk cannot be written");
        }
        return warnings;
    }

    private static boolean is(JsonNode health, String reading, int value) {
        JsonNode known = health.path(reading).path("value");
        return known.isNumber() && known.asDouble() == value;
    }
}
