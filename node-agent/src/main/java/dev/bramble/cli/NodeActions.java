package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.control.jobfile.Units;
import dev.bramble.model.PanelReport;
import dev.bramble.model.SizeText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What can be done to a node. */
final class NodeActions {
    private NodeActions() {}

    @Command(
            name = "cordon",
            description = "Start no new work on nodes; what runs there goes on. 'bramble drain' ends or moves it, too.",
            footerHeading = "%nExample:%n",
            footer = "  bramble cordon pi07 --reason 'new fan'")
    static final class Cordon implements Callable<Integer> {
        @Parameters(paramLabel = "NODE", arity = "1..*", description = "Names or ids of the nodes.")
        private List<String> nodes;

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                required = true,
                description = "Why, for whoever looks at the nodes later.")
        private String reason;

        private final TopCommand top;

        Cordon(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                return OneByOne.act(top, "", nodes, node -> {
                            bramble.write(
                                    "PUT",
                                    "/nodes/" + Conversation.escaped(node) + "/cordon",
                                    Json.object().put("reason", reason));
                            return CleanText.line(node) + " is cordoned: 'bramble uncordon' lets it work again";
                        })
                        .number();
            }
        }
    }

    @Command(
            name = "locate",
            description = "Have a node's board show where it is; 'bramble node' and the dashboard show it, too.",
            footerHeading = "%nExamples:%n",
            footer = {"  bramble locate pi07 --for 2m", "  bramble locate pi07 --off"})
    static final class Locate implements Callable<Integer> {
        private static final Duration LONGEST = Duration.ofHours(1);

        @Parameters(paramLabel = "NODE", description = "Name or id of the node.")
        private String node;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                defaultValue = "5m",
                description = "For how long, such as 30s or 10m, at most 1h. Default: ${DEFAULT-VALUE}.")
        private String length;

        @Option(names = "--off", description = "It is found: end it.")
        private boolean off;

        private final TopCommand top;

        Locate(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            String path = "/nodes/" + Conversation.escaped(node);
            String shown = CleanText.line(node);
            try (Conversation bramble = top.connect()) {
                if (off) {
                    bramble.write("DELETE", path + "/locate", null);
                    top.out().line(shown + " is not looked for any more");
                } else {
                    JsonNode known = bramble.get(path);
                    long seconds = seconds();
                    bramble.write("PUT", path + "/locate", Json.object().put("seconds", seconds));
                    top.out().line(PanelReport.located(shown, read(known), Units.written(Duration.ofSeconds(seconds))));
                }
            }
            return ExitCode.DONE.number();
        }

        private long seconds() {
            long seconds = AlertsCommand.seconds(length);
            if (seconds < 1 || seconds > LONGEST.toSeconds()) {
                throw new Failure(
                        ExitCode.USAGE, "--for must be between 1s and 1h, it is '" + CleanText.line(length) + "'");
            }
            return seconds;
        }

        private static Optional<PanelReport> read(JsonNode known) {
            if (known.path("role").asString("").equals("head")) {
                return Optional.of(PanelReport.OF_HEAD);
            }
            JsonNode panel = known.path("health").path("panel");
            return panel.isObject()
                    ? Optional.of(new PanelReport(
                            CleanText.line(panel.path("light").asString("")),
                            Optional.empty(),
                            false,
                            CleanText.line(panel.path("missing").asString("")),
                            false))
                    : Optional.empty();
        }
    }

    @Command(
            name = "uncordon",
            description = "Let nodes take work again that were cordoned, or drained.",
            footerHeading = "%nExample:%n",
            footer = "  bramble uncordon pi07")
    static final class Uncordon implements Callable<Integer> {
        @Parameters(paramLabel = "NODE", arity = "1..*", description = "Names or ids of the nodes.")
        private List<String> nodes;

        private final TopCommand top;

        Uncordon(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                return OneByOne.act(top, "", nodes, node -> uncordon(bramble, node))
                        .number();
            }
        }

        private static String uncordon(Conversation bramble, String node) {
            String path = "/nodes/" + Conversation.escaped(node);
            JsonNode before = bramble.get(path);
            boolean wasAtWork = before.path("standing").asString("").equals("ready")
                    && !before.path("drain").isObject();
            bramble.write("DELETE", path + "/cordon", null);
            return CleanText.line(node)
                    + (wasAtWork ? " was not cordoned: it takes work already" : " takes work again");
        }
    }

    @Command(
            name = "adopt",
            description = {
                "Let a node go on living on the board that shows its card now.",
                "",
                "After its card was moved to another board, or its board was swapped. The board shows itself first:"
                        + " start it with the card; it is refused, and 'bramble status' tells of it.",
                ""
            },
            footerHeading = "%nExample:%n",
            footer = "  bramble node adopt pi07")
    static final class Adopt implements Callable<Integer> {
        @Parameters(paramLabel = "NODE", description = "Name or id of the node.")
        private String node;

        private final TopCommand top;

        Adopt(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                bramble.write("POST", "/nodes/" + Conversation.escaped(node) + "/adopt", null);
            }
            top.out().line(CleanText.line(node) + " goes on living on its new board");
            return ExitCode.DONE.number();
        }
    }

    @Command(
            name = "forget",
            description = "Forget a node and revoke its certificate: it comes back only by being admitted again.",
            footerHeading = "%nExample:%n",
            footer = "  bramble forget pi07")
    static final class Forget implements Callable<Integer> {
        @Parameters(paramLabel = "NODE", description = "Name or id of the node.")
        private String node;

        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        private final TopCommand top;

        Forget(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            String shown = CleanText.line(node);
            try (Conversation bramble = top.connect()) {
                String path = "/nodes/" + Conversation.escaped(node);
                if (!yes && !Questions.confirms(top, question(shown, bramble.get(path)))) {
                    throw new Failure(ExitCode.USAGE, "nothing was done: answer y, or say --yes");
                }
                bramble.write("DELETE", path, null);
            }
            top.out().line(shown + " is forgotten");
            return ExitCode.DONE.number();
        }

        private static String question(String shown, JsonNode it) {
            long files = it.path("blobs").asLong(0);
            return shown + " is "
                    + it.path("link").asString("unknown").toLowerCase(Locale.ROOT) + ", has "
                    + it.path("heldTasks").asLong(0) + " attempts and holds " + files
                    + (files == 1 ? " file" : " files")
                    + " (" + SizeText.rounded(it.path("blobBytes").asLong(0)) + "); what only it holds is lost."
                    + " Forget it and revoke its certificate?";
        }
    }
}
