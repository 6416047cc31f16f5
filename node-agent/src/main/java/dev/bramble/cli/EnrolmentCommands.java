package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Letting boards in. */
final class EnrolmentCommands {
    private EnrolmentCommands() {}

    @Command(
            name = "enrolments",
            description =
                    "List the boards that wait to be let in. Compare each one's code with the one on its console.")
    static final class Enrolments implements Callable<Integer> {
        @Option(names = "--json", description = "Print them as a JSON array.")
        private boolean json;

        private final TopCommand top;

        Enrolments(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                if (json) {
                    top.printJson(bramble, "/enrolments", Long.MAX_VALUE);
                    return ExitCode.DONE.number();
                }
                Table table = new Table(List.of(
                        Column.text("ENROLMENT"),
                        Column.text("CODE"),
                        Column.number("TIME LEFT"),
                        Column.text("ROLE"),
                        Column.text("SERIAL"),
                        Column.text("ADDRESS"),
                        Column.text("NAME")));
                bramble.list(
                        "/enrolments",
                        Long.MAX_VALUE,
                        board -> table.add(
                                board.path("enrolment").asString(""),
                                board.path("code").asString(""),
                                Human.duration(board.path("secondsLeft").asLong() * 1000),
                                board.path("role").asString(""),
                                board.path("boardSerial").asString(""),
                                board.path("address").asString(""),
                                board.path("name").asString("")));
                if (table.isEmpty()) {
                    top.err().line("no board waits to be let in");
                } else {
                    table.print(top.out());
                }
            }
            return ExitCode.DONE.number();
        }
    }

    @Command(
            name = "admit",
            description = "Let a waiting board in, after its code was compared with the one on its console.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  bramble admit e5f1                        shows its code and asks",
                "  bramble admit e5f1 --code 482913          compares by itself",
                "  bramble admit e5f1 --code 482913 --name pi07"
            })
    static final class Admit implements Callable<Integer> {
        @Parameters(paramLabel = "ENROLMENT", description = "As 'bramble enrolments' shows it.")
        private String enrolment;

        @Option(names = "--code", paramLabel = "CODE", description = "The code that the board shows.")
        private String code;

        @Option(names = "--name", paramLabel = "NAME", description = "Its name among the nodes (default: its own).")
        private String name;

        private final TopCommand top;

        Admit(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                compare(waiting(bramble));
                ObjectNode body = Json.object();
                if (name != null) {
                    body.put("name", name);
                }
                bramble.write("POST", "/enrolments/" + Conversation.escaped(enrolment) + "/admit", body);
            }
            top.out().line("the board is let in: it shows up in 'bramble nodes' in a moment");
            return ExitCode.DONE.number();
        }

        private JsonNode waiting(Conversation bramble) {
            List<JsonNode> found = new ArrayList<>();
            bramble.list("/enrolments", Long.MAX_VALUE, board -> {
                if (board.path("enrolment").asString("").equals(enrolment)) {
                    found.add(board);
                }
            });
            if (found.isEmpty()) {
                throw new Failure(
                        ExitCode.NOT_FOUND,
                        "no board waits under " + CleanText.line(enrolment) + ": 'bramble enrolments' lists them");
            }
            return found.getFirst();
        }

        private void compare(JsonNode board) {
            String shown = board.path("code").asString("");
            String who = CleanText.line(board.path("name").asString("")) + " (serial "
                    + CleanText.line(board.path("boardSerial").asString("")) + ", "
                    + CleanText.line(board.path("address").asString("")) + ")";
            if (code != null) {
                if (!code.replaceAll("[ -]", "").equals(shown.replaceAll("[ -]", ""))) {
                    throw new Failure(
                            ExitCode.REFUSED,
                            "the code is another one: do not let this board in; somebody may pretend to be it");
                }
                return;
            }
            if (!Questions.confirms(top, "Does " + who + " show the code " + CleanText.line(shown) + "?")) {
                throw new Failure(ExitCode.REFUSED, "nothing was done: let in only a board that shows the same code");
            }
        }
    }

    @Command(name = "refuse", description = "Turn a waiting board away.")
    static final class Refuse implements Callable<Integer> {
        @Parameters(paramLabel = "ENROLMENT", description = "As 'bramble enrolments' shows it.")
        private String enrolment;

        private final TopCommand top;

        Refuse(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                bramble.write("DELETE", "/enrolments/" + Conversation.escaped(enrolment), null);
            }
            top.out().line("the board is turned away");
            return ExitCode.DONE.number();
        }
    }
}
