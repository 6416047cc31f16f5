package dev.bramble.dashboard.tasks;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A row for each task, sent page by page as the client reads, so that a million of them need no memory. */
final class ResultsTable {
    /** Rows asked of the bramble at once: some milliseconds on the control port's loop. */
    private static final int ROWS_AT_ONCE = 500;

    private static final Pattern NEEDS_QUOTES = Pattern.compile("[\",\\r\\n]");

    private ResultsTable() {}

    /** How the table is written. */
    enum Format {
        NDJSON("application/x-ndjson"),
        CSV("text/csv; charset=utf-8");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }
    }

    /**
     * @param parameters names of the columns between the task and its state
     * @param from index of the first task
     */
    static void send(
            ApiRequest request, Views.JobView job, int reduceIndex, List<String> parameters, int from, Format format)
            throws IOException {
        TaskPages.Tasks page = TaskPages.page(request, job, from, ROWS_AT_ONCE, Optional.empty());
        request.context().res().setContentType(format.contentType);
        OutputStream out = new BufferedOutputStream(request.context().res().getOutputStream());
        if (format == Format.CSV) {
            out.write(header(parameters));
        }
        while (true) {
            for (SeenTask task : page.tasks()) {
                out.write(line(ResultRow.of(task, reduceIndex), parameters, format));
            }
            out.flush();
            if (page.next() < 0) {
                return;
            }
            page = TaskPages.page(request, job, page.next(), ROWS_AT_ONCE, Optional.empty());
        }
    }

    private static byte[] line(ResultRow row, List<String> parameters, Format format) {
        return switch (format) {
            case NDJSON -> (Json.MAPPER.writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8);
            case CSV -> csv(row, parameters);
        };
    }

    private static byte[] header(List<String> parameters) {
        List<String> cells = new ArrayList<>(List.of("task"));
        cells.addAll(parameters);
        cells.addAll(List.of("state", "node", "exitCode", "attempts", "seconds", "lastLine", "reason"));
        return csv(cells);
    }

    private static byte[] csv(ResultRow row, List<String> parameters) {
        List<String> cells = new ArrayList<>();
        cells.add(row.reduce() ? "reduce" : Integer.toString(row.task()));
        parameters.forEach(name -> cells.add(row.parameters().getOrDefault(name, "")));
        cells.add(row.state());
        cells.add(text(row.node()));
        cells.add(text(row.exitCode()));
        cells.add(Integer.toString(row.attempts()));
        cells.add(text(row.seconds()));
        cells.add(row.lastLine());
        cells.add(row.reason());
        return csv(cells);
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }

    private static byte[] csv(List<String> cells) {
        return (cells.stream().map(ResultsTable::cell).collect(Collectors.joining(",")) + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String cell(String text) {
        return NEEDS_QUOTES.matcher(text).find() ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
