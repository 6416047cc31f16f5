package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "bench",
        description = {
            "Measure this bramble: how long one command takes from its submission to its result.",
            "Submits small jobs one after the other and removes them again; other work makes the figures worse."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  bramble bench", "  bramble bench --rounds 1000 --json"})
final class BenchCommand implements Callable<Integer> {
    private static final int ROUNDS_MAX = 100_000;
    /** What a JVM compiles and connects at first use is not what a person waits for in the middle of a day. */
    private static final int WARM_UP_ROUNDS_MAX = 50;
    /** Most that the interface waits for the end of a job in one request. */
    private static final int WAIT_MILLIS_MAX = 10_000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "200",
            description = "Jobs to measure (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "Print the figures as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final TopCommand top;

    BenchCommand(TopCommand top) {
        this.top = top;
    }

    /** @param runMillis the process's own time, as its node measured it */
    private record Round(double millis, double runMillis) {}

    /** One figure of all rounds, in milliseconds. */
    private record Figures(String measure, double p50, double p99, double min, double max) {
        static Figures of(String measure, double[] millis) {
            double[] sorted = millis.clone();
            Arrays.sort(sorted);
            return new Figures(
                    measure, percentile(sorted, 50), percentile(sorted, 99), sorted[0], sorted[sorted.length - 1]);
        }

        /** The least value that at least {@code percent} of all do not exceed. */
        private static double percentile(double[] sorted, int percent) {
            return sorted[(int) Math.ceil(percent / 100.0 * sorted.length) - 1];
        }

        ObjectNode json() {
            return Json.object()
                    .put("measure", measure)
                    .put("p50Millis", p50)
                    .put("p99Millis", p99)
                    .put("minMillis", min)
                    .put("maxMillis", max);
        }
    }

    @Override
    public Integer call() {
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            throw new ParameterException(
                    spec.commandLine(), "--rounds must be from 1 to " + ROUNDS_MAX + ", it is " + rounds);
        }
        double[] all = new double[rounds];
        double[] own = new double[rounds];
        ProgressLine line = top.progress();
        try (Conversation bramble = top.connect(Patience.PROMPT, line)) {
            for (int i = 0; i < Math.min(rounds, WARM_UP_ROUNDS_MAX); i++) {
                round(bramble);
            }
            for (int i = 0; i < rounds; i++) {
                Round round = round(bramble);
                all[i] = round.millis();
                own[i] = Math.max(0, round.millis() - round.runMillis());
                line.show(
                        (i + 1.0) / rounds,
                        List.of("round " + (i + 1) + " of " + rounds),
                        "",
                        top.pace().nanos());
            }
        } finally {
            line.clear();
        }
        print(List.of(
                Figures.of("one command, submitted until its result is here", all),
                Figures.of("the same without the process's own time", own)));
        return ExitCode.DONE.number();
    }

    /** One job of one task: submitted, awaited, its result read, compared, and removed after the clock stopped. */
    private Round round(Conversation bramble) {
        String word = UUID.randomUUID().toString();
        ObjectNode job = Json.object().put("name", "bench");
        job.set("command", Json.array().add("echo").add(word));
        job.set("tasks", Json.object().put("count", 1));
        long begun = top.pace().nanos();
        String number =
                bramble.writeOnce("POST", "/jobs", job, word).path("job").asString();
        JsonNode task = result(bramble, number);
        double millis = (top.pace().nanos() - begun) / 1e6;
        if (!task.path("lastLine").asString("").equals(word)) {
            throw new Failure(
                    ExitCode.JOB_FAILED,
                    "job " + number + " should have printed " + word + " and "
                            + task.path("state").asString("") + ": 'bramble job " + number + "' shows more");
        }
        bramble.write("DELETE", "/jobs/" + number, null);
        return new Round(millis, task.path("seconds").asDouble() * 1000);
    }

    private static JsonNode result(Conversation bramble, String job) {
        while (true) {
            JsonNode task = bramble.fetch(
                    "/jobs/" + job + "/results?waitMillis=" + WAIT_MILLIS_MAX,
                    (body, headers) -> Json.parse(body.readAllBytes()));
            if (task.path("seconds").isNumber()
                    || task.path("state").asString("").equals("cancelled")) {
                return task;
            }
        }
    }

    private void print(List<Figures> figures) {
        if (json) {
            ArrayNode all = Json.array();
            figures.forEach(each -> all.add(each.json().put("rounds", rounds)));
            top.out().line(Json.pretty(all));
            return;
        }
        Table table = new Table(List.of(
                Column.number("P50"),
                Column.number("P99"),
                Column.number("LEAST"),
                Column.number("MOST"),
                Column.text("OF " + rounds + " ROUNDS")));
        figures.forEach(each ->
                table.add(shown(each.p50()), shown(each.p99()), shown(each.min()), shown(each.max()), each.measure()));
        table.print(top.out());
    }

    private static String shown(double millis) {
        return String.format(Locale.ROOT, "%.1f ms", millis);
    }
}
