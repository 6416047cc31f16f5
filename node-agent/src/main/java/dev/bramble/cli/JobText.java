package dev.bramble.cli;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.console.Table.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Words for jobs and tasks as the REST interface gives them. */
final class JobText {
    private JobText() {}

    /** The job's number and name, for sentences. */
    static String title(JsonNode job) {
        return "job " + job.path("job").asLong() + " ("
                + CleanText.line(job.path("name").asString("")) + ")";
    }

    static boolean isFinal(JsonNode job) {
        return switch (job.path("phase").asString("")) {
            case "succeeded", "failed", "cancelled" -> true;
            default -> false;
        };
    }

    static Cell phase(JsonNode job) {
        String phase = job.path("phase").asString("");
        return new Cell(phase + (job.path("late").asBoolean(false) ? " LATE" : ""), style(phase));
    }

    static Cell state(String state) {
        return new Cell(state, style(state));
    }

    private static Style style(String word) {
        return switch (word) {
            case "succeeded", "up" -> Style.GOOD;
            case "failed", "down" -> Style.BAD;
            case "running", "reducing" -> Style.BUSY;
            case "cancelled", "cordoned", "suspect" -> Style.WARNING;
            default -> Style.PLAIN;
        };
    }

    /** A time that may be unknown. */
    static String duration(JsonNode millis) {
        return millis.isNumber() ? Human.duration(millis.asLong()) : "-";
    }

    /** Parameters of a task on one line: {@code lr=0.1 depth=2}. */
    static String parameters(JsonNode task) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> one : task.path("parameters").properties()) {
            parts.add(one.getKey() + "=" + one.getValue().asString(""));
        }
        return String.join(" ", parts);
    }

    static String task(JsonNode task) {
        return task.path("reduce").asBoolean(false)
                ? "reduce"
                : task.path("task").asString("");
    }

    static String orDash(JsonNode value) {
        String text = value.asString("");
        return text.isEmpty() ? "-" : text;
    }
}
