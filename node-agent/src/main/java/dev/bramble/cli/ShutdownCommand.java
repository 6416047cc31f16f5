package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.control.DrainWords;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "shutdown",
        description = {
            "Shut the whole bramble down: no job is accepted, work ends or leaves checkpoints, boards power off.",
            "",
            "The start after it goes on with everything by itself. It asks first; without a terminal it needs --yes."
                    + " Exit codes: 0 work has ended and boards power off, 6 refused or cancelled.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble shutdown --reason 'moving house'",
            "  bramble shutdown --dry-run              see what it would do",
            "  bramble shutdown --cancel               until boards power off, and once those that are on stay on"
        })
final class ShutdownCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** The end of the shutdown is the newest that happened, but for what nodes do that start. */
    private static final int EVENTS_LOOKED_AT = 100;

    /** An agent that died instead of its board is started again, and is seen, within seconds. */
    private static final Duration AWAY_MIN = Duration.ofSeconds(10);

    /** A board powers off within some ten seconds; one that takes longer may never do so. */
    private static final Duration OFF_MAX = Duration.ofSeconds(30);

    private static final String CANCELLED = "shutdown-cancelled";
    private static final String RESUMED = "resumed";
    /** A head that stops answering while boards power off is off as well; before that it is given this time. */
    private static final Patience SHORT = Patience.of(Duration.ofSeconds(15));

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why (default: ${DEFAULT-VALUE}).")
    private String reason = "shut down by hand";

    @Mixin
    private EndingOptions ending;

    @Option(names = "--cancel", description = "Cancel the shutdown: work goes on.")
    private boolean cancel;

    @Option(names = "--dry-run", description = "Only say what it would do.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--detach", description = "Do not watch it.")
    private boolean detach;

    private final TopCommand top;

    ShutdownCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        List<Problem> problems = new ArrayList<>();
        DrainOptions.reason(reason, true, problems);
        DrainSpec spec = ending.wish(null, null).read(DrainOptions::flag, problems);
        if (cancel && (dryRun || detach)) {
            problems.add(new Problem("--cancel", "goes with nothing else: leave the rest out"));
        }
        DrainOptions.refuse(problems);
        ProgressLine line = top.progress();
        try (Conversation bramble = top.connect(SHORT, line)) {
            if (cancel) {
                bramble.write("DELETE", "/shutdown", null);
                top.out().line("the shutdown is cancelled: work goes on");
                return ExitCode.DONE.number();
            }
            preview(bramble, spec);
            return (dryRun ? ExitCode.DONE : shutDown(bramble, line)).number();
        }
    }

    private void preview(Conversation bramble, DrainSpec spec) {
        JsonNode summary = bramble.get("/bramble");
        List<String> names = agentsUp(bramble);
        var screen = dryRun ? top.out() : top.err();
        DrainWords.shutdownPreview(
                        spec.mode(),
                        Human.duration(spec.deadline().toMillis()),
                        summary.path("tasksRunning").asLong(),
                        summary.path("jobsActive").asLong(),
                        summary.path("tasksWaiting").asLong(),
                        names)
                .forEach(screen::line);
    }

    private static boolean isAgentUp(JsonNode node) {
        return !node.path("link").asString("").equals("down");
    }

    private ExitCode shutDown(Conversation bramble, ProgressLine line) {
        if (!yes && !Questions.confirms(top, "Shut the whole bramble down?")) {
            throw new Failure(ExitCode.USAGE, "nothing was done: answer y, or say --yes");
        }
        ObjectNode order = Json.object().put("reason", reason.strip());
        DrainOptions.put(order, ending.wish(null, null));
        JsonNode shutdown = bramble.write("POST", "/shutdown", order);
        if (detach) {
            top.out()
                    .line("the shutdown is ordered: 'bramble shutdown --cancel' cancels it until boards power off,"
                            + " and once those that are on stay on");
            return ExitCode.DONE;
        }
        Thread farewell = new Thread(() -> {
            line.clear();
            top.err().line("the shutdown goes on without you: 'bramble shutdown --cancel' cancels it");
        });
        Runtime.getRuntime().addShutdownHook(farewell);
        try {
            return untilOff(bramble, line, shutdown);
        } finally {
            line.clear();
            try {
                Runtime.getRuntime().removeShutdownHook(farewell);
            } catch (IllegalStateException alreadyEnding) {
                // Ctrl-C came at this very moment: the hook says its sentence, which is true.
            }
        }
    }

    private ExitCode untilOff(Conversation bramble, ProgressLine line, JsonNode ordered) {
        JsonNode shutdown = ordered;
        long awaySince = top.pace().nanos();
        long offSince = awaySince;
        boolean saidWhoStays = false;
        while (true) {
            boolean poweringOff = shutdown.path("poweringOff").asBoolean(false);
            show(line, shutdown, poweringOff);
            top.pace().pause(PAUSE);
            try {
                offSince = poweringOff ? offSince : top.pace().nanos();
                List<String> up = agentsUp(bramble);
                if (!poweringOff || !up.isEmpty()) {
                    awaySince = top.pace().nanos();
                    if (!saidWhoStays && top.pace().nanos() - offSince >= OFF_MAX.toNanos()) {
                        saidWhoStays = true;
                        line.clear();
                        top.err().line(stays(up));
                    }
                } else if (top.pace().nanos() - awaySince >= AWAY_MIN.toNanos()) {
                    return off(line, "work has ended and no board answers any more: ");
                }
                shutdown = bramble.get("/shutdown");
            } catch (Failure failure) {
                if (poweringOff && failure.code() == ExitCode.UNREACHABLE) {
                    return off(line, "work has ended, boards power off, and no head answers any more: ");
                }
                if (failure.code() == ExitCode.NOT_FOUND) {
                    line.clear();
                    return over(bramble, poweringOff);
                }
                throw failure;
            }
        }
    }

    /** An agent that was started again in the middle knows of no shutdown before most voters are back. */
    private static String stays(List<String> up) {
        return String.join(", ", up) + (up.size() == 1 ? " has" : " have") + " not powered off in "
                + Human.duration(OFF_MAX.toMillis())
                + ": if the green light stays lit, log in there and run `sudo poweroff`, or switch"
                + " on another board that keeps the ledger, and work goes on";
    }

    private ExitCode off(ProgressLine line, String what) {
        line.clear();
        top.out().line(what + "switch the power off when their green lights are out");
        return ExitCode.DONE;
    }

    /** It was cancelled, or boards were started again: the events tell. */
    private ExitCode over(Conversation bramble, boolean poweringOff) {
        long newest = -1;
        String kind = "";
        String text = "";
        for (JsonNode event : bramble.get("/events?limit=" + EVENTS_LOOKED_AT).path("items")) {
            String is = event.path("kind").asString("");
            boolean isEnd = is.equals(CANCELLED) || is.equals(RESUMED);
            if (isEnd && event.path("number").asLong() > newest) {
                newest = event.path("number").asLong();
                kind = is;
                text = CleanText.line(event.path("by").asString("") + ": "
                        + event.path("text").asString(""));
            }
        }
        if (kind.equals(RESUMED) && poweringOff) {
            top.out().line("boards have powered off and were started again: work goes on (" + text + ")");
            List<String> off = agents(bramble, node -> !isAgentUp(node));
            if (!off.isEmpty()) {
                top.err().line("still off: " + String.join(", ", off));
            }
            return ExitCode.DONE;
        }
        String what =
                kind.equals(RESUMED) ? "the shutdown ended before boards powered off" : "the shutdown was cancelled";
        throw new Failure(ExitCode.CONFLICT, what + ": work goes on" + (text.isEmpty() ? "" : " (" + text + ")"));
    }

    private static String name(JsonNode node) {
        return CleanText.line(node.path("name").asString(""));
    }

    private static List<String> agentsUp(Conversation bramble) {
        return agents(bramble, ShutdownCommand::isAgentUp);
    }

    private static List<String> agents(Conversation bramble, Predicate<JsonNode> which) {
        List<String> names = new ArrayList<>();
        bramble.list("/nodes", Long.MAX_VALUE, node -> {
            if (node.path("role").asString("").equals("agent") && which.test(node)) {
                names.add(name(node));
            }
        });
        return names;
    }

    private void show(ProgressLine line, JsonNode shutdown, boolean poweringOff) {
        String waits = String.join("; ", DrainText.texts(shutdown.path("waitsFor")));
        String text = (poweringOff ? "boards power off" : "work ends") + (waits.isEmpty() ? "" : ": " + waits);
        // Times that run down are no news.
        String news = text.replaceAll(" within [^;]*", "");
        line.show(-1, List.of(text), news, top.pace().nanos());
    }
}
