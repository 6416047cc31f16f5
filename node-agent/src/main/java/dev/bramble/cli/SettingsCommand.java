package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "settings",
        description = {
            "Show the bramble's settings and limits, or change one.",
            "What a single job may take of a node it says itself, under needs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble settings",
            "  bramble settings blobs.heal-after 2m",
            "  bramble settings blobs.user-max 100G",
            "  bramble settings jobs.user-active-max 500"
        })
final class SettingsCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "KEY", description = "Show this one only.")
    private String key;

    @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "Set it to this; needs an admin.")
    private String value;

    @Option(names = "--json", description = "Print the settings as a JSON array.")
    private boolean json;

    private final TopCommand top;

    SettingsCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        try (Conversation bramble = top.connect()) {
            if (value != null) {
                bramble.write(
                        "PUT",
                        "/settings/" + Conversation.escaped(key),
                        Json.object().put("value", value));
                top.out().line(CleanText.line(key) + " is " + CleanText.line(value) + " now");
                return ExitCode.DONE.number();
            }
            if (json && key == null) {
                top.printJson(bramble, "/settings", Long.MAX_VALUE);
                return ExitCode.DONE.number();
            }
            print(bramble);
        }
        return ExitCode.DONE.number();
    }

    private void print(Conversation bramble) {
        Table table = new Table(
                List.of(Column.text("KEY"), Column.text("VALUE"), Column.text("DEFAULT"), Column.text("MEANING")));
        boolean[] found = {false};
        bramble.list("/settings", Long.MAX_VALUE, setting -> {
            if (key == null || key.equals(text(setting, "key"))) {
                found[0] = true;
                table.add(
                        text(setting, "key"),
                        text(setting, "value"),
                        text(setting, "standard"),
                        text(setting, "meaning"));
            }
        });
        if (!found[0]) {
            throw new Failure(ExitCode.USAGE, "there is no setting '" + key + "': `bramble settings` lists them all");
        }
        table.print(top.out());
    }

    private static String text(JsonNode setting, String field) {
        return setting.path(field).asString("");
    }
}
