package dev.bramble.cli;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.console.Table.Cell;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleFunction;
import tools.jackson.databind.JsonNode;

/** Words for nodes and boards. A figure that could not be read is unknown, never a number. */
final class NodeText {
    /** Older than some beats of a node's report: then its age is worth saying. */
    private static final long FRESH_MILLIS_MAX = 10_000;

    /** From here on a node that came and went is worth a word. */
    static final double FLAPPING_SHOWN_MIN = 1;
    /** From here on the bramble sets it aside. */
    private static final double FLAPPING_MAX = 4;

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

    /** What is wrong with the board now, in words: what the bramble says of it, and its own figures. */
    static List<String> flags(JsonNode node) {
        Set<String> flags = new LinkedHashSet<>();
        node.path("flags").forEach(flag -> flags.add(flag(CleanText.line(flag.asString("")))));
        JsonNode health = node.path("health");
        if (is(health, "underVoltage", 1)) {
            flags.add("under-voltage");
        }
        if (is(health, "throttled", 1)) {
            flags.add("throttled");
        }
        if (is(health, "diskWritable", 0)) {
            flags.add("disk cannot be written");
        }
        return List.copyOf(flags);
    }

    /** For how long its board still shows where it is; empty when nobody looks for it. */
    static String located(JsonNode node) {
        JsonNode left = node.path("located").path("leftMillis");
        return left.isNumber() ? Human.duration(left.asLong()) + " left" : "";
    }

    private static String flag(String word) {
        return word.equals("disk-read-only")
                ? "disk cannot be written"
                : word.equals("under-voltage") ? word : word.replace('-', ' ');
    }

    /** When the bramble had word of it; empty when nobody knows. */
    static String lastHeard(JsonNode node) {
        JsonNode heard = node.path("heardMillisAgo");
        return heard.isNumber() ? Human.duration(heard.asLong()) + " ago" : "";
    }

    /** How often it was lost lately. */
    static String flapping(JsonNode node) {
        return String.format(
                Locale.ROOT,
                "came and went: %.1f of %.0f",
                node.path("flapping").asDouble(),
                FLAPPING_MAX);
    }

    /** A standing as it is shown: what needs somebody is in capitals. */
    static String standingWord(String standing) {
        return switch (standing) {
            case "expired", "quarantined" -> standing.toUpperCase(Locale.ROOT);
            default -> CleanText.line(standing);
        };
    }

    static Style style(String standing) {
        return switch (standing) {
            case "ready" -> Style.GOOD;
            case "expired", "quarantined" -> Style.BAD;
            case "draining", "maintenance", "returning" -> Style.BUSY;
            default -> Style.WARNING;
        };
    }

    static Cell standing(JsonNode node) {
        String standing = node.path("standing").asString("");
        String since = node.path("standingMillisAgo").isNumber() && !standing.equals("ready")
                ? ", for " + Human.duration(node.path("standingMillisAgo").asLong())
                : "";
        JsonNode drain = node.path("drain");
        String safe = drain.path("safeToUnplug").asBoolean(false)
                ? ": safe to unplug"
                : standing.equals("drained") && !drain.path("waitsFor").isEmpty() ? ": NOT safe to unplug now" : "";
        return new Cell(standingWord(standing) + safe + since, style(standing));
    }

    /** Why a node stands as it does: of one that was taken out, what the operator said. */
    static String reason(JsonNode node) {
        String ordered = isTakenOut(node) ? node.path("drain").path("reason").asString("") : "";
        return ordered.isEmpty() ? node.path("standingReason").asString("") : ordered;
    }

    private static boolean isTakenOut(JsonNode node) {
        return switch (node.path("standing").asString("")) {
            case "draining", "drained", "expired", "maintenance", "returning" -> true;
            default -> false;
        };
    }

    /** Who decided how a node stands, and when. */
    static String whoAndSince(JsonNode node) {
        String ordered = isTakenOut(node) ? node.path("drain").path("by").asString("") : "";
        String by = ordered.isEmpty() ? node.path("standingBy").asString("") : ordered;
        JsonNode since = node.path("standingMillisAgo");
        return by + (since.isNumber() ? (by.isEmpty() ? "" : ", ") + Human.duration(since.asLong()) + " ago" : "");
    }

    private static boolean is(JsonNode health, String reading, int value) {
        JsonNode known = health.path(reading).path("value");
        return known.isNumber() && known.asDouble() == value;
    }
}
