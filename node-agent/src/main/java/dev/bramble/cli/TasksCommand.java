package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "tasks",
        description = "List the tasks of a job in order of index, the reduce last.",
        footerHeading = "%nExamples:%n",
        footer = {"  bramble tasks 7 --state failed", "  bramble tasks 7 --all --json"})
final class TasksCommand implements Callable<Integer> {
    /** As the interface has them. */
    enum State {
        WAITING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "JOB", converter = JobArgument.Job.class, description = "Number of the job.")
    private String job;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only tasks in this state: ${COMPLETION-CANDIDATES}.")
    private State state;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Show at most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--all", description = "Show all, however many.")
    private boolean all;

    @Option(names = "--json", description = "Print the tasks as a JSON array, with the history of their attempts.")
    private boolean json;

    private final TopCommand top;

    TasksCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        String path = "/jobs/" + job + "/tasks" + (state == null ? "" : "?state=" + state);
        long most = all ? Long.MAX_VALUE : limit;
        try (Conversation bramble = top.connect()) {
            if (json) {
                top.printJson(bramble, path, most);
                return ExitCode.DONE.number();
            }
            AtomicLong shown = new AtomicLong();
            Table table = new Table(List.of(
                    Column.number("TASK"),
                    Column.text("STATE"),
                    Column.text("NODE"),
                    Column.number("TRIES"),
                    Column.number("EXIT"),
                    Column.number("TIME"),
                    Column.text("PARAMETERS"),
                    Column.text("LAST LINE OR REASON")));
            bramble.list(path, most, task -> {
                shown.incrementAndGet();
                add(table, task);
            });
            if (table.isEmpty()) {
                top.err().line("no such tasks");
            } else {
                table.print(top.out());
            }
            if (shown.get() == most) {
                top.err().line("only " + most + " are shown: --all shows every one");
            }
        }
        return ExitCode.DONE.number();
    }

    private static void add(Table table, JsonNode task) {
        JsonNode current = task.path("current");
        boolean runs = current.isObject();
        String reason = task.path("reason").asString("");
        table.add(
                JobText.task(task),
                JobText.state(task.path("state").asString("")),
                runs ? current.path("node").asString("") : JobText.orDash(task.path("node")),
                task.path("attempts").asLong(),
                JobText.orDash(task.path("exitCode")),
                JobText.duration(runs ? current.path("millis") : task.path("millis")),
                JobText.parameters(task),
                reason.isEmpty() ? task.path("lastLine").asString("") : reason);
    }
}
