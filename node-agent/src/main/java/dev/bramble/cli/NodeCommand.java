package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.control.CardLife;
import dev.bramble.model.PanelReport;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "node",
        description = "Show one node and its board.",
        footerHeading = "%nExample:%n",
        footer = {"  bramble node pi07", "  bramble node adopt pi07       its card was moved to another board"})
final class NodeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NODE", arity = "0..1", description = "Name or id of the node.")
    private String node;

    @Option(names = "--json", description = "Print the node as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final TopCommand top;

    NodeCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        if (node == null) {
            throw new ParameterException(spec.commandLine(), "say which node: its name or its id");
        }
        try (Conversation bramble = top.connect()) {
            JsonNode it = bramble.get("/nodes/" + Conversation.escaped(node));
            if (json) {
                top.out().line(Json.pretty(it));
            } else {
                print(it);
            }
        }
        return ExitCode.DONE.number();
    }

    private void print(JsonNode it) {
        Facts facts = new Facts(top.out());
        facts.add("name", it.path("name").asString("") + "  (" + it.path("node").asString("") + ")");
        facts.add(
                "role",
                it.path("role").asString("")
                        + (it.path("voter").asBoolean(false) ? ", voter" : "")
                        + (it.path("leader").asBoolean(false) ? ", leader" : ""));
        facts.add("link", JobText.state(it.path("link").asString("")));
        facts.addUnlessEmpty("last heard", NodeText.lastHeard(it));
        facts.add("standing", NodeText.standing(it));
        facts.addUnlessEmpty("because", NodeText.reason(it));
        facts.addUnlessEmpty("decided by", it.path("standingBy").asString(""));
        facts.addUnlessEmpty("suffers from", String.join(", ", NodeText.flags(it)));
        facts.addUnlessEmpty("located", NodeText.located(it));
        if (it.path("flapping").asDouble(0) >= NodeText.FLAPPING_SHOWN_MIN) {
            facts.add("flapping", NodeText.flapping(it));
        }
        drain(facts, it.path("drain"));
        facts.add(
                "attempts",
                it.path("runningTasks").asLong() + " running, "
                        + it.path("heldTasks").asLong() + " with those that wait there");
        facts.add(
                "files",
                Human.count(it.path("blobs").asLong(), "file") + ", "
                        + Human.size(it.path("blobBytes").asLong())
                        + (it.path("copying").asLong() > 0
                                ? ", " + it.path("copying").asLong() + " on their way"
                                : ""));
        if (it.path("roundTripMillis").isNumber()) {
            facts.add(
                    "round trip",
                    String.format(
                            Locale.ROOT, "%.1f ms", it.path("roundTripMillis").asDouble()));
        }
        JsonNode capacity = it.path("capacity");
        if (capacity.isObject()) {
            facts.add("cores", NodeText.cores(capacity));
            facts.add("memory", Human.size(capacity.path("memoryBytes").asLong()) + " for tasks");
            capacity.path("labels")
                    .properties()
                    .forEach(label -> facts.add(
                            "label", label.getKey() + "=" + label.getValue().asString("")));
            facts.add("tasks kept apart", capacity.path("privilege").asString(""));
            facts.addUnlessEmpty("release", capacity.path("release").asString(""));
        }
        facts.addUnlessEmpty("stands in", it.path("place").asString(""));
        facts.addUnlessEmpty("power supply", it.path("supply").asString(""));
        facts.addUnlessEmpty("serial", it.path("boardSerial").asString(""));
        health(facts, it.path("health"));
        facts.print();
    }

    private static void drain(Facts facts, JsonNode drain) {
        if (!drain.isObject()) {
            return;
        }
        facts.add(
                "drain",
                "ordered by " + drain.path("by").asString("") + " "
                        + JobText.duration(drain.path("orderedMillisAgo")) + " ago: "
                        + drain.path("reason").asString(""));
        facts.add(
                "how",
                drain.path("mode").asString("") + ", then " + drain.path("then").asString(""));
        if (DrainText.isOpen(drain) && drain.path("deadlineInMillis").isNumber()) {
            long left = drain.path("deadlineInMillis").asLong();
            facts.add(
                    "drain deadline",
                    left < 0 ? "passed " + Human.duration(-left) + " ago" : "in " + Human.duration(left));
        }
        facts.add("new work", drain.path("acknowledged").asBoolean(false) ? "none can start" : "may still start");
        DrainText.texts(drain.path("waitsFor")).forEach(sentence -> facts.add("waits for", sentence));
        DrainText.texts(drain.path("proof")).forEach(sentence -> facts.add("attested", sentence));
    }

    private static void health(Facts facts, JsonNode health) {
        if (!health.isObject()) {
            facts.add("board", "unknown: it has not reported yet");
            return;
        }
        facts.add("board", health.path("board").asString(""));
        facts.add("temperature", NodeText.fullReading(health.path("temperatureCelsius"), NodeText::celsius));
        facts.add(
                "speed",
                NodeText.fullReading(health.path("speed"), share -> Math.round(share * 100) + " % of the full clock"));
        facts.add("clock rate", clock(health));
        facts.add("load", NodeText.fullReading(health.path("load1"), load -> String.format(Locale.ROOT, "%.2f", load)));
        facts.add("memory free", size(health, "memoryFreeBytes", "memoryTotalBytes"));
        facts.add("disk free", size(health, "diskFreeBytes", "diskTotalBytes"));
        facts.add("power", NodeText.fullReading(health.path("underVoltage"), v -> v == 0 ? "good" : "UNDER-VOLTAGE"));
        sinceBoot(facts, "power since boot", health.path("underVoltageSinceBoot"), "always good", "UNDER-VOLTAGE");
        facts.add("throttled", NodeText.fullReading(health.path("throttled"), v -> v == 0 ? "no" : "YES"));
        sinceBoot(facts, "was throttled", health.path("throttledSinceBoot"), "not since its boot", "SINCE ITS BOOT");
        cap(facts, "clock capped", health, "frequencyCapped");
        cap(facts, "soft temp. limit", health, "softTemperatureLimit");
        facts.add(
                "core voltage",
                NodeText.fullReading(health.path("coreVolts"), volts -> String.format(Locale.ROOT, "%.2f V", volts)));
        facts.add("disk writable", NodeText.fullReading(health.path("diskWritable"), v -> v == 0 ? "NO" : "yes"));
        facts.add("root writable", NodeText.fullReading(health.path("rootWritable"), v -> v == 0 ? "NO" : "yes"));
        facts.add("card", card(health));
        facts.add(
                "up for", NodeText.fullReading(health.path("uptimeSeconds"), up -> Human.duration((long) (up * 1000))));
        facts.add(
                "clock",
                NodeText.fullReading(
                        health.path("clockSynchronised"), v -> v == 0 ? "not synchronised" : "synchronised"));
        if (health.path("fanShare").path("value").isNumber()
                && !health.path("panel").path("fanPercent").isNumber()) {
            facts.add(
                    "fan",
                    NodeText.fullReading(
                            health.path("fanShare"), share -> PanelReport.fan((int) Math.round(share * 100))));
        }
        panel(facts, health.path("panel"));
    }

    private static String clock(JsonNode health) {
        String most = NodeText.reading(
                health.path("clockMaxMegahertz"), megahertz -> String.format(Locale.ROOT, " of %.0f MHz", megahertz));
        return NodeText.fullReading(
                health.path("clockMegahertz"),
                megahertz -> String.format(Locale.ROOT, "%.0f", megahertz) + (most.startsWith(" of") ? most : " MHz"));
    }

    private static void sinceBoot(Facts facts, String label, JsonNode reading, String never, String once) {
        facts.add(label, NodeText.fullReading(reading, v -> v == 0 ? never : once));
    }

    /** Limits that most boards never meet are told when they are met. */
    private static void cap(Facts facts, String label, JsonNode health, String name) {
        if (health.path(name).path("value").asDouble(0) == 1) {
            facts.add(label, "YES, now");
        } else if (health.path(name + "SinceBoot").path("value").asDouble(0) == 1) {
            facts.add(label, "at some time since boot");
        }
    }

    /** What was written, how fast, and how long the card lasts at that. */
    private static String card(JsonNode health) {
        String written =
                NodeText.fullReading(health.path("diskWrittenBytes"), bytes -> Human.size((long) bytes) + " written");
        JsonNode perDay = health.path("diskWrittenPerDayBytes");
        String pace = (perDay.path("value").isNumber() ? "" : "a day ")
                + NodeText.fullReading(perDay, bytes -> Human.size((long) bytes) + " a day");
        JsonNode days = health.path("cardLifeDays").path("value");
        String life = days.isNumber() ? ", life at that: " + CardLife.words(days.asDouble()) : "";
        return written + ", " + pace + life;
    }

    private static void panel(Facts facts, JsonNode panel) {
        String simulated = panel.path("simulated").asBoolean(false) ? "  (simulated)" : "";
        String light = panel.path("light").asString("");
        if (!light.isEmpty()) {
            facts.add("light", light + simulated);
        }
        if (panel.path("fanPercent").isNumber()) {
            facts.add("fan", PanelReport.fan(panel.path("fanPercent").asInt()) + simulated);
        }
        String missing = panel.path("missing").asString("");
        if (!missing.isEmpty()) {
            facts.add("at the board", missing);
        }
    }

    private static String size(JsonNode health, String free, String total) {
        return NodeText.fullReading(health.path(free), bytes -> Human.size((long) bytes)) + " of "
                + NodeText.reading(health.path(total), bytes -> Human.size((long) bytes));
    }
}
