package dev.bramble.cli.results;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A job's rows as they stream in; after a cut it goes on behind the last whole row. */
public final class ResultRows {
    private final Conversation bramble;
    private final String job;
    private long next;

    public ResultRows(Conversation bramble, String job) {
        this.bramble = bramble;
        this.job = job;
    }

    /** Gives every row to {@code consumer}, in order, each once. */
    public void forEach(Consumer<JsonNode> consumer) {
        boolean whole = false;
        while (!whole) {
            whole = bramble.fetch("/jobs/" + job + "/results?cursor=" + next, (body, headers) -> {
                long before = next;
                try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        take(line, consumer);
                    }
                    return true;
                } catch (IOException cut) {
                    if (next == before) {
                        throw cut;
                    }
                    // Something came: ask at once for what follows it.
                    return false;
                }
            });
        }
    }

    private void take(String line, Consumer<JsonNode> consumer) throws IOException {
        if (line.isBlank()) {
            return;
        }
        JsonNode row;
        try {
            row = Json.parse(line);
        } catch (JacksonException half) {
            throw new IOException("the table broke off within a row", half);
        }
        consumer.accept(row);
        next = row.path("task").asLong() + 1;
    }
}
