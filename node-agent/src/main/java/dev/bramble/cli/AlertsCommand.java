package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Cell;
import dev.bramble.cli.console.Table.Column;
import dev.bramble.control.jobfile.Units;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        name = "alerts",
        description = {
            "List what is wrong and has been for a while; say that you know of it, or that nobody wants to hear of a"
                    + " rule.",
            "",
            "How long something must be wrong, and well again, 'bramble settings' says under alerts. Who is told is in"
                    + " head.yaml: alert_webhook and alert_mail."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble alerts",
            "  bramble alerts --ack node-down/pi07 --reason 'its card is being written'",
            "  bramble alerts --mute under-voltage --for 2h --reason 'the supply comes tomorrow'",
            "  bramble alerts --unmute under-voltage",
            "  bramble alerts --test                     tell everybody a test"
        })
final class AlertsCommand implements Callable<Integer> {
    @Option(names = "--ack", paramLabel = "ID", description = "Say that you know of this alert; with --reason.")
    private String ack;

    @Option(names = "--mute", paramLabel = "RULE", description = "Tell nobody of this rule; with --for and --reason.")
    private String mute;

    @Option(names = "--unmute", paramLabel = "RULE", description = "Tell people of this rule again.")
    private String unmute;

    @Option(names = "--for", paramLabel = "TIME", description = "How long to mute: 30m, 2h, 1d.")
    private String length;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; everybody who looks sees it.")
    private String reason;

    @Option(names = "--test", description = "Send a test to the webhook and the mail command; needs an admin.")
    private boolean test;

    @Option(names = "--json", description = "Print the alerts as JSON.")
    private boolean json;

    private final TopCommand top;

    AlertsCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        checkOptions();
        try (Conversation bramble = top.connect()) {
            if (ack != null) {
                acknowledge(bramble);
            } else if (mute != null) {
                bramble.write(
                        "PUT",
                        "/alerts/mutes/" + Conversation.escaped(mute),
                        Json.object().put("forSeconds", seconds(length)).put("reason", reason));
                top.out().line("nobody is told of " + CleanText.line(mute) + " for " + CleanText.line(length));
            } else if (unmute != null) {
                bramble.write("DELETE", "/alerts/mutes/" + Conversation.escaped(unmute), null);
                top.out().line("people are told of " + CleanText.line(unmute) + " again");
            } else if (test) {
                return tellTest(bramble);
            } else {
                list(bramble);
            }
        }
        return ExitCode.DONE.number();
    }

    private void checkOptions() {
        int acts = (ack == null ? 0 : 1) + (mute == null ? 0 : 1) + (unmute == null ? 0 : 1) + (test ? 1 : 0);
        if (acts > 1) {
            throw new Failure(ExitCode.USAGE, "--ack, --mute, --unmute and --test are for one command each");
        }
        boolean needsReason = ack != null || mute != null;
        if (needsReason && (reason == null || reason.isBlank())) {
            throw new Failure(ExitCode.USAGE, "say why with --reason: whoever looks at the alert sees it");
        }
        if (!needsReason && reason != null) {
            throw new Failure(ExitCode.USAGE, "--reason goes with --ack or --mute");
        }
        if ((mute == null) != (length == null)) {
            throw new Failure(ExitCode.USAGE, "--mute needs --for, such as --for 2h, and --for needs --mute");
        }
        if (ack != null && ack.indexOf('/') <= 0) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--ack needs an alert's ID as 'bramble alerts' lists it, such as node-down/pi07, it is '" + ack
                            + "'");
        }
    }

    /** Of the option {@code --for}. */
    static long seconds(String length) {
        return Units.duration(length)
                .map(Duration::toSeconds)
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE, "--for must be a time such as 30m, 2h or 1d, it is '" + length + "'"));
    }

    private void acknowledge(Conversation bramble) {
        int slash = ack.indexOf('/');
        bramble.write(
                "POST",
                "/alerts/ack",
                Json.object()
                        .put("rule", ack.substring(0, slash))
                        .put("subject", ack.substring(slash + 1))
                        .put("reason", reason));
        top.out().line("nobody is told of " + CleanText.line(ack) + " again until it was well in between");
    }

    private int tellTest(Conversation bramble) {
        JsonNode channels =
                bramble.writeAtMostOnce("POST", "/alerts/test", null).path("channels");
        if (channels.isEmpty()) {
            throw new Failure(
                    ExitCode.CONFLICT,
                    "this head has nobody to tell: set alert_webhook or alert_mail in head.yaml, the same on"
                            + " every head");
        }
        boolean isTaken = true;
        for (JsonNode channel : channels) {
            String problem = channel.path("problem").asString("");
            isTaken &= problem.isEmpty();
            top.out()
                    .line(CleanText.line(channel.path("name").asString("")) + ": "
                            + (problem.isEmpty() ? "taken" : "not taken, " + CleanText.line(problem)));
        }
        return (isTaken ? ExitCode.DONE : ExitCode.CONFLICT).number();
    }

    private void list(Conversation bramble) {
        JsonNode alerts = bramble.get("/alerts");
        if (json) {
            top.out().line(Json.pretty(alerts));
            return;
        }
        Table table =
                new Table(List.of(Column.text("ID"), Column.text("STATE"), Column.number("FOR"), Column.text("WHAT")));
        for (JsonNode alert : alerts.path("open")) {
            table.add(
                    text(alert, "rule") + "/" + text(alert, "subject"),
                    state(alert),
                    Human.duration(alert.path("wrongForMillis").asLong(0)),
                    text(alert, "evidence"));
        }
        if (alerts.path("open").isEmpty()) {
            top.out().line("nothing has been wrong for long enough to be an alert");
        } else {
            table.print(top.out());
        }
        JsonNode told = alerts.path("told");
        if (told.path("thisHead").asBoolean(false) && told.path("channels").isEmpty()) {
            top.err()
                    .line("nobody is told: set a webhook or a mail command, alert_webhook or alert_mail in head.yaml,"
                            + " the same on every head");
        }
        for (JsonNode muted : alerts.path("mutes")) {
            top.err()
                    .line(CleanText.line(text(muted, "rule")) + " is muted for "
                            + Human.duration(muted.path("millisLeft").asLong(0)) + " more by "
                            + CleanText.line(text(muted, "by") + ": " + text(muted, "reason")));
        }
    }

    private static Cell state(JsonNode alert) {
        if (!alert.path("acknowledged").isNull() && !alert.path("acknowledged").isMissingNode()) {
            return new Cell("known", Style.PLAIN);
        }
        if (alert.path("muted").asBoolean(false)) {
            return new Cell("muted", Style.PLAIN);
        }
        return new Cell(text(alert, "severity"), Style.BAD);
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }
}
