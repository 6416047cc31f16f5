package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Style;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "status", description = "Show the bramble in a few figures, and what is wrong with it.")
final class StatusCommand implements Callable<Integer> {
    /** A head that is a second behind is normal under load; more is worth saying. */
    private static final long BEHIND_MILLIS_MAX = 2000;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    private final TopCommand top;

    StatusCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        try (Conversation bramble = top.connect()) {
            JsonNode it = bramble.get("/bramble");
            if (json) {
                top.out().line(Json.pretty(it));
            } else {
                print(it, bramble.endpoint().source());
            }
        }
        return ExitCode.DONE.number();
    }

    private void print(JsonNode it, String source) {
        Facts facts = new Facts(top.out());
        facts.add("bramble", it.path("name").asString("") + "  (" + source + ")");
        facts.add(
                "nodes",
                it.path("nodesUp").asLong() + " of " + it.path("nodesKnown").asLong() + " up");
        facts.add("leader", it.path("leader").isString() ? it.path("leader").asString() : "none known");
        facts.add("voters", it.path("voters").asString(""));
        facts.add("jobs", it.path("jobsActive").asLong() + " active");
        facts.add(
                "tasks",
                String.format(
                        Locale.ROOT,
                        "%,d running, %,d waiting, %s",
                        it.path("tasksRunning").asLong(),
                        it.path("tasksWaiting").asLong(),
                        Human.rate(it.path("tasksPerSecond").asDouble(0))));
        JsonNode files = it.path("files");
        facts.add(
                "files",
                String.format(
                        Locale.ROOT,
                        "%,d, %s",
                        files.path("count").asLong(),
                        Human.size(files.path("bytes").asLong())));
        facts.add(
                "calendar", it.path("calendar").isString() ? it.path("calendar").asString() : "none yet");
        JsonNode behind = it.path("behindMillis");
        if (!behind.isNumber()) {
            facts.add("this head", "hears nobody: what it shows may be old");
        } else if (behind.asLong() > BEHIND_MILLIS_MAX) {
            facts.add("this head", "is " + Human.duration(behind.asLong()) + " behind");
        }
        JsonNode shutdown = it.path("shutdown");
        if (shutdown.isObject()) {
            facts.add("shutdown", DrainText.shutdown(shutdown));
        }
        facts.add("version", it.path("headVersion").asString(""));
        facts.print();
        for (JsonNode warning : it.path("warnings")) {
            top.out().line(top.out().styled(Style.WARNING, "warning") + "  " + CleanText.line(warning.asString("")));
        }
    }
}
