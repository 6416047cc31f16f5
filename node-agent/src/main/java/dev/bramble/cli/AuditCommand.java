package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "audit",
        description = "Who did what, from where, and what was refused; newest last. Needs an admin.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble audit",
            "  bramble audit --user ada --limit 100",
            "  bramble audit --refused",
            "  bramble audit --text \"job 12\" --json"
        })
final class AuditCommand implements Callable<Integer> {
    /** A screenful. */
    private static final int LIMIT_DEFAULT = 30;
    /** Most that the interface gives at once. */
    private static final int LIMIT_MAX = 1000;

    @Option(names = "--user", paramLabel = "USER", description = "Only what this user did.")
    private String user;

    @Option(names = "--action", paramLabel = "WORD", description = "Only this, as submit-job or change-setting.")
    private String action;

    @Option(names = "--text", paramLabel = "TEXT", description = "Only records with this text in them.")
    private String text;

    @Option(names = "--refused", description = "Only what was refused.")
    private boolean refused;

    @Option(names = "--limit", paramLabel = "N", description = "Show the newest N (default: ${DEFAULT-VALUE}).")
    private int limit = LIMIT_DEFAULT;

    @Option(names = "--json", description = "Print a JSON array, newest first.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final TopCommand top;

    AuditCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new ParameterException(
                    spec.commandLine(), "--limit must be from 1 to " + LIMIT_MAX + ", it is " + limit);
        }
        try (Conversation bramble = top.connect()) {
            JsonNode page = bramble.get("/audit?limit=" + limit + filters());
            if (json) {
                top.out().line(Json.pretty(page.path("items")));
            } else {
                print(page);
            }
        }
        return ExitCode.DONE.number();
    }

    private String filters() {
        return Conversation.filter("user", user)
                + Conversation.filter("action", action)
                + Conversation.filter("text", text)
                + (refused ? "&refused=true" : "");
    }

    private void print(JsonNode page) {
        Table table = new Table(List.of(
                Column.text("WHEN"),
                Column.text("WHO"),
                Column.text("FROM"),
                Column.text("RESULT"),
                Column.text("WHAT")));
        List<JsonNode> newest = new ArrayList<>();
        page.path("items").forEach(newest::add);
        for (JsonNode record : newest.reversed()) {
            long times = record.path("times").asLong(1);
            table.add(
                    Human.duration(record.path("millisAgo").asLong()) + " ago",
                    field(record, "by"),
                    from(record),
                    field(record, "result") + (times > 1 ? " " + times + "x" : ""),
                    field(record, "what"));
        }
        table.print(top.out());
        long dropped = page.path("dropped").asLong(0);
        if (dropped > 0) {
            top.err().line(dropped + " older records have gone to make room (setting audit.records-max)");
        }
    }

    private static String from(JsonNode record) {
        String address = field(record, "address");
        return address.isEmpty() ? "-" : address;
    }

    private static String field(JsonNode record, String name) {
        return CleanText.line(record.path(name).asString(""));
    }
}
