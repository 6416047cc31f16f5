package dev.bramble.cli;

import dev.bramble.board.SimBoard;
import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Cell;
import dev.bramble.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        name = "nodes",
        description = "List the nodes, heads among them.",
        footerHeading = "%nExamples:%n",
        footer = {"  bramble nodes", "  bramble nodes --json | jq -r '.[] | select(.link == \"down\") | .name'"})
final class NodesCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print the nodes as a JSON array.")
    private boolean json;

    private final TopCommand top;

    NodesCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        try (Conversation bramble = top.connect()) {
            if (json) {
                top.printJson(bramble, "/nodes", Long.MAX_VALUE);
                return ExitCode.DONE.number();
            }
            Table table = new Table(List.of(
                    Column.text("NAME"),
                    Column.text("STATE"),
                    Column.text("ROLE"),
                    Column.number("RUNS"),
                    Column.number("CORES"),
                    Column.number("MEMORY"),
                    Column.number("FREE DISK"),
                    Column.number("FILES"),
                    Column.number("TEMP"),
                    Column.number("RTT"),
                    Column.text("REMARKS")));
            bramble.list("/nodes", Long.MAX_VALUE, node -> add(table, node));
            table.print(top.out());
        }
        return ExitCode.DONE.number();
    }

    private static void add(Table table, JsonNode node) {
        JsonNode capacity = node.path("capacity");
        JsonNode health = node.path("health");
        boolean known = capacity.isObject();
        table.add(
                node.path("name").asString(""),
                state(node),
                role(node),
                node.path("runningTasks").asLong(),
                known ? NodeText.cores(capacity) : "-",
                known ? Human.size(capacity.path("memoryBytes").asLong()) : "-",
                NodeText.reading(health.path("diskFreeBytes"), bytes -> Human.size((long) bytes)),
                Human.size(node.path("blobBytes").asLong()),
                NodeText.reading(health.path("temperatureCelsius"), NodeText::celsius),
                node.path("roundTripMillis").isNumber()
                        ? String.format(
                                Locale.ROOT,
                                "%.1f ms",
                                node.path("roundTripMillis").asDouble())
                        : "-",
                remarks(node));
    }

    private static Cell state(JsonNode node) {
        String link = node.path("link").asString("");
        String standing = node.path("standing").asString("");
        boolean takesWork = standing.equals("ready");
        String text = (link.equals("suspect") ? "SUSPECT" : CleanText.line(link))
                + (takesWork ? "" : ", " + NodeText.standingWord(standing));
        Style style = link.equals("up")
                ? takesWork ? Style.GOOD : NodeText.style(standing)
                : link.equals("suspect") ? Style.WARNING : Style.BAD;
        return new Cell(text, style);
    }

    private static String role(JsonNode node) {
        String role = node.path("role").asString("");
        if (node.path("leader").asBoolean(false)) {
            return role + ", leader";
        }
        return role + (node.path("voter").asBoolean(false) ? ", voter" : "");
    }

    private static String remarks(JsonNode node) {
        List<String> remarks = new ArrayList<>();
        if (!node.path("link").asString("").equals("up")) {
            String heard = NodeText.lastHeard(node);
            remarks.add(heard.isEmpty() ? "never heard" : "last heard " + heard);
        }
        String reason = NodeText.reason(node);
        if (!node.path("standing").asString("").equals("ready")) {
            remarks.add((reason.isEmpty() ? "" : reason + " ") + "(" + NodeText.whoAndSince(node) + ")");
        }
        JsonNode waitsFor = node.path("drain").path("waitsFor");
        if (!waitsFor.isEmpty()) {
            remarks.add("waits for: " + waitsFor.get(0).asString(""));
        }
        if (node.path("health").path("board").asString("").equals(SimBoard.NAME)) {
            remarks.add("simulated");
        }
        remarks.addAll(NodeText.flags(node));
        String located = NodeText.located(node);
        if (!located.isEmpty()) {
            remarks.add("located, " + located);
        }
        if (node.path("flapping").asDouble(0) >= NodeText.FLAPPING_SHOWN_MIN) {
            remarks.add(NodeText.flapping(node));
        }
        return String.join("; ", remarks);
    }
}
