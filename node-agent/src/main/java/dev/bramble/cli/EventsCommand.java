package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Cell;
import dev.bramble.cli.console.Table.Column;
import dev.bramble.control.jobfile.Suggestion;
import dev.bramble.model.EventKind;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "events",
        description = "What happened and why, oldest first.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble events",
            "  bramble events --warnings --limit 20",
            "  bramble events --node pi07 --follow",
            "  bramble events --follow --json | jq 'select(.kind == \"node-lost\")'"
        })
final class EventsCommand implements Callable<Integer> {
    /** A screenful. */
    private static final int LIMIT_DEFAULT = 30;
    /** Most that the interface gives at once. */
    private static final int LIMIT_MAX = 1000;
    /** The head answers as soon as something happens; connections that are silent for longer are closed on the way. */
    private static final int WAIT_MILLIS = 9_000;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    /** Widths where rows come one by one: kinds and most names fit. */
    private static final String ROW = "%-19s  %-7s  %-18s  %-8s  %-6s  %s";

    /** For completion. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(EventKind.values()).map(EventsCommand::word).iterator();
        }
    }

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what happens, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--node", paramLabel = "NODE", description = "Only those about this node.")
    private String node;

    @Option(
            names = "--job",
            paramLabel = "JOB",
            converter = JobArgument.Job.class,
            description = "Only those about this job.")
    private String job;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            completionCandidates = Kinds.class,
            description = "Only those of this kind, as node-lost or job-failed.")
    private String kind;

    @Option(names = "--warnings", description = "Only warnings.")
    private boolean warnings;

    @Option(names = "--limit", paramLabel = "N", description = "Show the newest N (default: ${DEFAULT-VALUE}).")
    private int limit = LIMIT_DEFAULT;

    @Option(names = "--json", description = "Print JSON: an array, or with --follow an event on each line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final TopCommand top;

    EventsCommand(TopCommand top) {
        this.top = top;
    }

    private static String word(EventKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Integer call() {
        check();
        try (Conversation bramble = top.connect(follow ? Patience.LONG : Patience.PROMPT, top.progress())) {
            JsonNode page = bramble.get("/events?limit=" + limit + filters());
            if (follow) {
                follow(bramble, page);
            } else if (json) {
                top.out().line(Json.pretty(page.path("items")));
            } else {
                print(page.path("items"));
            }
        }
        return ExitCode.DONE.number();
    }

    private void check() {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new ParameterException(
                    spec.commandLine(), "--limit must be from 1 to " + LIMIT_MAX + ", it is " + limit);
        }
        List<String> kinds =
                Arrays.stream(EventKind.values()).map(EventsCommand::word).toList();
        if (kind != null && !kinds.contains(kind)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no kind of event '" + CleanText.line(kind) + "'"
                            + Suggestion.nearest(kind, kinds)
                                    .map(meant -> ": did you mean '" + meant + "'?")
                                    .orElse(": known are " + String.join(", ", kinds)));
        }
    }

    private String filters() {
        return (node == null ? "" : "&node=" + Conversation.escaped(node))
                + (job == null ? "" : "&job=" + job)
                + (kind == null ? "" : "&kind=" + kind)
                + (warnings ? "&warnings=true" : "");
    }

    private void print(JsonNode events) {
        if (events.isEmpty()) {
            top.err().line("nothing of this kind has happened");
            return;
        }
        Table table = new Table(List.of(
                Column.text("WHEN"),
                Column.text("WEIGHT"),
                Column.text("KIND"),
                Column.text("NODE"),
                Column.text("JOB"),
                Column.text("WHAT")));
        for (JsonNode event : events) {
            boolean isWarning = isWarning(event);
            table.add(
                    when(event),
                    new Cell(event.path("weight").asString(""), isWarning ? Style.WARNING : Style.PLAIN),
                    event.path("kind").asString(""),
                    JobText.orDash(event.path("name")),
                    job(event),
                    what(event));
        }
        table.print(top.out());
    }

    private void follow(Conversation bramble, JsonNode first) {
        JsonNode page = first;
        while (true) {
            String note = page.path("note").asString("");
            if (!note.isEmpty()) {
                top.err().line(CleanText.line(note));
            }
            page.path("items").forEach(this::row);
            page = bramble.get("/events?limit=" + LIMIT_MAX + "&cursor="
                    + page.path("last").asLong() + "&waitMillis=" + WAIT_MILLIS + filters());
        }
    }

    private void row(JsonNode event) {
        Screen out = top.out();
        if (json) {
            out.line(Json.compact(event));
            return;
        }
        String row = String.format(
                        Locale.ROOT,
                        ROW,
                        when(event),
                        event.path("weight").asString(""),
                        CleanText.line(event.path("kind").asString("")),
                        CleanText.line(JobText.orDash(event.path("name"))),
                        job(event),
                        what(event))
                .stripTrailing();
        out.line(isWarning(event) ? out.styled(Style.WARNING, row) : row);
    }

    private static boolean isWarning(JsonNode event) {
        return event.path("weight").asString("").equals("warning");
    }

    private static String when(JsonNode event) {
        String at = event.path("at").asString("");
        return at.isEmpty()
                ? Human.duration(event.path("millisAgo").asLong()) + " ago"
                : TIME.format(Instant.parse(at));
    }

    private static String job(JsonNode event) {
        if (!event.path("job").isNumber()) {
            return "-";
        }
        String task = event.path("task").isNumber() ? "/" + event.path("task").asString("") : "";
        return event.path("job").asString("") + task;
    }

    private static String what(JsonNode event) {
        String by = CleanText.line(event.path("by").asString(""));
        return CleanText.line(event.path("text").asString("")) + (by.isEmpty() ? "" : " (" + by + ")");
    }
}
