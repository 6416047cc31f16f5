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
import dev.bramble.control.jobfile.Units;
import dev.bramble.model.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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
            "  bramble events --since 2d --node pi07",
            "  bramble events --before 4711 --limit 1000",
            "  bramble events --node pi07 --follow",
            "  bramble events --follow --json | jq 'select(.kind == \"node-lost\")'"
        })
final class EventsCommand implements Callable<Integer> {
    /** A screenful. */
    private static final int LIMIT_DEFAULT = 30;
    /** Most that the interface gives at once. */
    private static final int PAGE_MAX = 1000;
    /** All that the ledger keeps. */
    private static final int LIMIT_MAX = 10_000;
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

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only those of the last TIME, as 30m, 2h or 7d, of bramble time: it stands still while all"
                    + " is off.")
    private String since;

    @Option(
            names = "--before",
            paramLabel = "NUMBER",
            description = "Only those before the event of this number: goes back where a list ended.")
    private Long before;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Show the newest N, at most 10000: so many are kept (default: 30; with --since all).")
    private Integer limit;

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
            Found found = find(bramble);
            if (follow) {
                follow(bramble, found);
            } else if (json) {
                top.out().line(Json.pretty(found.events()));
            } else {
                print(found.events());
            }
            if (!follow && found.older() > 0) {
                top.err().line("there are older ones: go on with --before " + found.older());
            }
        }
        return ExitCode.DONE.number();
    }

    /**
     * @param events oldest first
     * @param last number of the newest event of all
     * @param older where to go on backwards; 0 when nothing that is wanted is older
     */
    private record Found(List<JsonNode> events, long last, long older) {}

    /** Page by page backwards, until there are enough. */
    private Found find(Conversation bramble) {
        int wanted = limit != null ? limit : since != null ? LIMIT_MAX : LIMIT_DEFAULT;
        long sinceMillis = since == null ? Long.MAX_VALUE : since().toMillis();
        List<JsonNode> newestFirst = new ArrayList<>();
        long last = -1;
        long older = before == null ? 0 : before;
        do {
            JsonNode page = bramble.get("/events?limit=" + Math.min(PAGE_MAX, wanted - newestFirst.size())
                    + (older == 0 ? "" : "&before=" + older) + filters());
            last = last < 0 ? page.path("last").asLong() : last;
            older = page.path("older").asLong(0);
            List<JsonNode> events = new ArrayList<>();
            page.path("items").forEach(events::addFirst);
            for (JsonNode event : events) {
                if (event.path("millisAgo").asLong() > sinceMillis) {
                    return new Found(newestFirst.reversed(), last, 0);
                }
                newestFirst.add(event);
            }
        } while (older > 0 && newestFirst.size() < wanted);
        return new Found(newestFirst.reversed(), last, older);
    }

    private Duration since() {
        return Units.duration(since)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--since must be a time such as 30m, 2h or 7d, it is '" + CleanText.line(since) + "'"));
    }

    private void check() {
        if (limit != null && (limit < 1 || limit > LIMIT_MAX)) {
            throw new ParameterException(
                    spec.commandLine(), "--limit must be from 1 to " + LIMIT_MAX + ", it is " + limit);
        }
        if (before != null && before < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--before must be the number of an event, from 1, it is " + before);
        }
        if (before != null && follow) {
            throw new ParameterException(
                    spec.commandLine(), "--before goes back and --follow goes on: give one of them");
        }
        if (since != null) {
            since();
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
        return Conversation.filter("node", node)
                + Conversation.filter("job", job)
                + Conversation.filter("kind", kind)
                + (warnings ? "&warnings=true" : "");
    }

    private void print(List<JsonNode> events) {
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

    private void follow(Conversation bramble, Found first) {
        first.events().forEach(this::row);
        long last = first.last();
        while (true) {
            JsonNode page = bramble.get(
                    "/events?limit=" + PAGE_MAX + "&cursor=" + last + "&waitMillis=" + WAIT_MILLIS + filters());
            String note = page.path("note").asString("");
            if (!note.isEmpty()) {
                top.err().line(CleanText.line(note));
            }
            page.path("items").forEach(this::row);
            last = page.path("last").asLong();
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
