package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Cell;
import dev.bramble.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "voters",
        description = "List the nodes that keep the ledger, and warn when one card holds the only copy.",
        footerHeading = "%nExamples:%n",
        footer = {"  bramble voters", "  bramble voters move pi02 pi05"})
final class VotersCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print the voters as a JSON array.")
    private boolean json;

    private final TopCommand top;

    VotersCommand(TopCommand top) {
        this.top = top;
    }

    @Command(
            name = "move",
            description = "Move a copy of the ledger, with its vote, from one node to another.",
            footerHeading = "%nExample:%n",
            footer = "  bramble voters move pi02 pi05")
    static final class Move implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "OLD", description = "Name or id of the node that votes now.")
        private String from;

        @Parameters(index = "1", paramLabel = "NEW", description = "Name or id of the node that is to vote.")
        private String to;

        private final TopCommand top;

        Move(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                bramble.write(
                        "POST",
                        "/voters/" + Conversation.escaped(from) + "/move",
                        Json.object().put("to", to));
            }
            top.out()
                    .line("the vote moves from " + CleanText.line(from) + " to " + CleanText.line(to)
                            + ": 'bramble voters' shows it happen");
            return ExitCode.DONE.number();
        }
    }

    @Override
    public Integer call() {
        try (Conversation bramble = top.connect()) {
            if (json) {
                top.printJson(bramble, "/voters", Long.MAX_VALUE);
                return ExitCode.DONE.number();
            }
            Table table = new Table(List.of(
                    Column.text("NAME"),
                    Column.text("STATE"),
                    Column.text("ROLE"),
                    Column.text("ADDRESS"),
                    Column.text("STORAGE")));
            List<JsonNode> voters = new ArrayList<>();
            bramble.list("/voters", Long.MAX_VALUE, voters::add);
            for (JsonNode voter : voters) {
                table.add(
                        voter.path("name").asString(""),
                        state(voter),
                        voter.path("leader").asBoolean(false) ? "leader" : "follower",
                        voter.path("address").asString(""),
                        voter.path("storage").asString(""));
            }
            table.print(top.out());
            warn(voters);
        }
        return ExitCode.DONE.number();
    }

    private static Cell state(JsonNode voter) {
        if (!voter.path("up").asBoolean(false)) {
            return new Cell("down", Style.BAD);
        }
        return isWell(voter) ? new Cell("up", Style.GOOD) : new Cell("no vote", Style.BAD);
    }

    private static boolean isWell(JsonNode voter) {
        return voter.path("up").asBoolean(false)
                && voter.path("trouble").asString("").isEmpty();
    }

    private void warn(List<JsonNode> voters) {
        for (JsonNode voter : voters) {
            String trouble = voter.path("trouble").asString("");
            if (!trouble.isEmpty()) {
                top.err().line(voter.path("name").asString("") + " " + trouble);
            }
        }
        long up = voters.stream().filter(VotersCommand::isWell).count();
        if (voters.size() == 1) {
            top.err().line("one card holds the only copy of the ledger: add nodes, and it spreads to three by itself");
        } else if (voters.size() == 2 && up == 2) {
            top.err()
                    .line("only two nodes keep the ledger: one more down, and nothing can be accepted; a third one that"
                            + " takes work makes it safe");
        } else if (up == voters.size() / 2 + 1 && up < voters.size()) {
            top.err().line("one more voter down, and nothing can be accepted: bring a missing one back");
        } else if (up <= voters.size() / 2) {
            top.err()
                    .line("no majority of the voters is up: nothing can be accepted until one returns; if they are gone"
                            + " for good, run 'bramble voters recover' on the board of one that is left");
        }
    }
}
