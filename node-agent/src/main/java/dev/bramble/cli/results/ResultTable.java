package dev.bramble.cli.results;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The rows of a job's results as CSV (RFC 4180): the columns that the REST interface gives, too. */
public final class ResultTable {
    private static final List<String> AFTER_PARAMETERS =
            List.of("state", "node", "exitCode", "attempts", "seconds", "lastLine", "reason");

    private final List<String> parameters;

    private ResultTable(List<String> parameters) {
        this.parameters = parameters;
    }

    /** All tasks of a job have the same parameters, so its first row names them. */
    public static ResultTable of(JsonNode firstRow) {
        boolean isReduce = firstRow.path("reduce").asBoolean(false);
        return new ResultTable(
                isReduce ? List.of() : List.copyOf(firstRow.path("parameters").propertyNames()));
    }

    public String header() {
        List<String> cells = new ArrayList<>();
        cells.add("task");
        cells.addAll(parameters);
        cells.addAll(AFTER_PARAMETERS);
        return line(cells);
    }

    public String row(JsonNode row) {
        List<String> cells = new ArrayList<>();
        cells.add(
                row.path("reduce").asBoolean(false)
                        ? "reduce"
                        : row.path("task").asString(""));
        parameters.forEach(name -> cells.add(row.path("parameters").path(name).asString("")));
        AFTER_PARAMETERS.forEach(name -> cells.add(row.path(name).asString("")));
        return line(cells);
    }

    private static String line(List<String> cells) {
        return String.join(",", cells.stream().map(ResultTable::quoted).toList()) + "\r\n";
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                && cell.strip().equals(cell);
        return plain ? cell : "\"" + cell.replace("\"", "\"\"") + "\"";
    }
}
