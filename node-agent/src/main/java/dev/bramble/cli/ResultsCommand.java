package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import dev.bramble.cli.results.AnswerLines;
import dev.bramble.cli.results.ResultFolder;
import dev.bramble.cli.results.ResultRows;
import dev.bramble.cli.results.ResultTable;
import dev.bramble.cli.results.ResultsDownload;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "results",
        description = {
            "Fetch what a job left, or show its table; of a filter, print the lines that it answered.",
            "",
            "-o DIR writes DIR/TASK/stdout, DIR/TASK/stderr if there is any, each task's outputs beside them,"
                    + " DIR/reduce/…, and the table as DIR/results.csv and DIR/results.json. Whole files that are there"
                    + " already are kept: repeat it after a break, or while the job runs.",
            "",
            "Of a filter, -o DIR writes DIR/answers.txt, in which line n answers line n (empty if that failed),"
                    + " and DIR/failed.csv and DIR/failed.json if some failed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble results 7                       the table",
            "  bramble results 7 -o out/               everything",
            "  bramble results 7 --lines > answers.txt a filter's answers, in order",
            "  bramble results 7 --csv > table.csv     cells are what tasks printed: data, not formulas"
        })
final class ResultsCommand implements Callable<Integer> {
    /** Rows that a table on a terminal holds in memory; the formats for programs stream. */
    private static final int TABLE_ROWS_MAX = 10_000;

    @Parameters(paramLabel = "JOB", converter = JobArgument.Job.class, description = "Number of the job.")
    private String job;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Write everything into this folder.")
    private Path output;

    @Option(names = "--csv", description = "Print the table as CSV.")
    private boolean csv;

    @Option(names = "--json", description = "Print the table as a JSON array.")
    private boolean json;

    @Option(
            names = "--lines",
            description = "Print a filter's answers: a line for each task, in order, empty for one that failed.")
    private boolean lines;

    private final TopCommand top;

    ResultsCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        ProgressLine line = top.progress();
        try (Conversation bramble = top.connect(output == null ? Patience.PROMPT : Patience.LONG, line)) {
            if (output != null) {
                fetch(top, bramble, job, output);
            }
            boolean isPlain = !csv && !json && output == null;
            if (lines || isPlain && isFilter(bramble, job)) {
                new AnswerLines(bramble, job).copyTo(top.out().stream());
            } else if (csv) {
                printCsv(bramble);
            } else if (json) {
                printJson(bramble);
            } else if (output == null) {
                printTable(bramble);
            }
        }
        return ExitCode.DONE.number();
    }

    /** Writes everything into a folder and says what was done. */
    static void fetch(TopCommand top, Conversation bramble, String job, Path output) {
        ResultFolder folder = ResultFolder.open(top.around().folder().resolve(output));
        JsonNode known = bramble.get("/jobs/" + job);
        ResultsDownload download = new ResultsDownload(bramble, job, folder, top.progress(), top.pace());
        boolean isFilter = known.path("filter").asBoolean(false);
        ResultsDownload.Done done =
                isFilter ? download.runFilter(known.path("hasReduce").asBoolean(false)) : download.run();
        done.refused().forEach(sentence -> top.err().line("not written: " + sentence));
        if (done.refusedCount() > done.refused().size()) {
            top.err()
                    .line("not written: "
                            + (done.refusedCount() - done.refused().size()) + " more");
        }
        String kept = done.kept() == 0 ? "" : ", " + done.kept() + " were there already";
        String missing =
                done.withoutResult() == 0 ? "" : "; " + Human.count(done.withoutResult(), "task") + " without a result";
        top.err()
                .line("results of " + Human.count(done.tasks(), "task") + " in " + output + ": "
                        + Human.count(done.files(), "file") + ", " + Human.size(done.bytes()) + kept + missing
                        + (isFilter
                                ? "; line n of " + output.resolve("answers.txt") + " is the answer to line n"
                                : "; the table is " + output.resolve("results.csv")));
    }

    private static boolean isFilter(Conversation bramble, String job) {
        return bramble.get("/jobs/" + job).path("filter").asBoolean(false);
    }

    private void printCsv(Conversation bramble) {
        AtomicReference<ResultTable> table = new AtomicReference<>();
        new ResultRows(bramble, job).forEach(row -> {
            if (table.get() == null) {
                table.set(ResultTable.of(row));
                top.out().stream().print(table.get().header());
            }
            top.out().stream().print(table.get().row(row));
        });
        top.out().stream().flush();
    }

    private void printJson(Conversation bramble) {
        AtomicReference<String> separator = new AtomicReference<>("[\n");
        new ResultRows(bramble, job)
                .forEach(row -> top.out().stream().print(separator.getAndSet(",\n") + Json.compact(row)));
        top.out().line(separator.get().equals("[\n") ? "[]" : "\n]");
    }

    private void printTable(Conversation bramble) {
        Table table = new Table(List.of(
                Column.number("TASK"),
                Column.text("STATE"),
                Column.text("NODE"),
                Column.number("SECONDS"),
                Column.text("PARAMETERS"),
                Column.text("LAST LINE OR REASON")));
        bramble.list("/jobs/" + job + "/tasks", TABLE_ROWS_MAX, task -> {
            JsonNode millis = task.path("millis");
            String reason = task.path("reason").asString("");
            boolean succeeded = task.path("state").asString("").equals("succeeded");
            table.add(
                    JobText.task(task),
                    JobText.state(task.path("state").asString("")),
                    JobText.orDash(task.path("node")),
                    millis.isNumber() ? String.format(Locale.ROOT, "%.3f", millis.asLong() / 1000.0) : "-",
                    JobText.parameters(task),
                    reason.isEmpty() || succeeded ? task.path("lastLine").asString("") : reason);
        });
        table.print(top.out());
    }
}
