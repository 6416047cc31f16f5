package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "jobs",
        description = "List jobs, newest first.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble jobs",
            "  bramble jobs --phase running --owner ada",
            "  bramble jobs --all --json | jq '.[] | select(.late) | .job'"
        })
final class JobsCommand implements Callable<Integer> {
    /** As the interface has them; picocli checks and completes them. */
    enum Phase {
        QUEUED,
        RUNNING,
        REDUCING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--phase", paramLabel = "PHASE", description = "Only jobs in this phase: ${COMPLETION-CANDIDATES}.")
    private Phase phase;

    @Option(names = "--owner", paramLabel = "USER", description = "Only this user's jobs.")
    private String owner;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "30",
            description = "Show at most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--all", description = "Show all, however many.")
    private boolean all;

    @Option(names = "--json", description = "Print the jobs as a JSON array.")
    private boolean json;

    private final TopCommand top;

    JobsCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        List<String> filters = new ArrayList<>();
        if (phase != null) {
            filters.add("phase=" + phase);
        }
        if (owner != null) {
            filters.add("owner=" + Conversation.escaped(owner));
        }
        String path = "/jobs" + (filters.isEmpty() ? "" : "?" + String.join("&", filters));
        long most = all ? Long.MAX_VALUE : limit;
        try (Conversation bramble = top.connect()) {
            if (json) {
                top.printJson(bramble, path, most);
                return ExitCode.DONE.number();
            }
            AtomicLong shown = new AtomicLong();
            Table table = new Table(List.of(
                    Column.number("JOB"),
                    Column.text("PHASE"),
                    Column.number("DONE"),
                    Column.number("FAILED"),
                    Column.number("RUNNING"),
                    Column.number("RATE"),
                    Column.number("LEFT"),
                    Column.number("AGE"),
                    Column.text("OWNER"),
                    Column.text("NAME")));
            bramble.list(path, most, job -> {
                shown.incrementAndGet();
                table.add(
                        job.path("job").asString(""),
                        JobText.phase(job),
                        job.path("succeeded").asLong() + "/" + job.path("tasks").asLong(),
                        job.path("failed").asLong(),
                        job.path("running").asLong(),
                        JobText.isFinal(job)
                                ? "-"
                                : Human.rate(job.path("tasksPerSecond").asDouble(0)),
                        JobText.isFinal(job) ? "-" : JobText.duration(job.path("etaMillis")),
                        JobText.duration(job.path("submittedMillisAgo")),
                        job.path("owner").asString(""),
                        job.path("name").asString(""));
            });
            if (table.isEmpty()) {
                top.err().line("no jobs" + (phase == null && owner == null ? " yet: 'bramble submit' runs one" : ""));
            } else {
                table.print(top.out());
            }
            if (shown.get() == most) {
                top.err().line("only the newest " + most + " are shown: --all shows every one");
            }
        }
        return ExitCode.DONE.number();
    }
}
