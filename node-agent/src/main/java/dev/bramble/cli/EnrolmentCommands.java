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

    /** The one that waits under this enrolment, or under this code. */
    private static JsonNode waiting(Conversation bramble, String enrolmentOrCode) {
        List<JsonNode> found = new ArrayList<>();
        bramble.list("/enrolments", Long.MAX_VALUE, board -> {
            boolean isMeant = board.path("enrolment").asString("").equals(enrolmentOrCode)
                    || digits(board.path("code").asString("")).equals(digits(enrolmentOrCode));
            if (isMeant) {
                found.add(board);
            }
        });
        if (found.isEmpty()) {
            throw new Failure(
                    ExitCode.NOT_FOUND,
                    "no board waits under " + CleanText.line(enrolmentOrCode) + ": 'bramble enrolments' lists them");
        }
        return found.getFirst();
    }

    /** As people write a code: with a blank or a dash in the middle, or without. */
    private static String digits(String code) {
        return code.replaceAll("[ -]", "");
    }

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
                "  bramble admit 482913                      lets in the board that shows this code",
                "  bramble admit 482913 --name pi07",
                "  bramble admit e5f1                        shows the code of this enrolment and asks",
                "  bramble admit e5f1 --code 482913          compares by itself"
            })
    static final class Admit implements Callable<Integer> {
        @Parameters(
                paramLabel = "CODE|ENROLMENT",
                description = "The code that the board shows, or an enrolment of 'bramble enrolments'.")
        private String board;

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
                JsonNode found = waiting(bramble, board);
                compare(found);
                ObjectNode body = Json.object();
                if (name != null) {
                    body.put("name", name);
                }
                String enrolment = found.path("enrolment").asString("");
                bramble.write("POST", "/enrolments/" + Conversation.escaped(enrolment) + "/admit", body);
            }
            top.out().line("the board is let in: it shows up in 'bramble nodes' in a moment");
            return ExitCode.DONE.number();
        }

        private void compare(JsonNode found) {
            String shown = found.path("code").asString("");
            String who = CleanText.line(found.path("name").asString("")) + " (serial "
                    + CleanText.line(found.path("boardSerial").asString("")) + ", "
                    + CleanText.line(found.path("address").asString("")) + ")";
            // Whoever names the board by its code has read it from the board.
            String compared = code == null && digits(board).equals(digits(shown)) ? board : code;
            if (compared != null) {
                if (!digits(compared).equals(digits(shown))) {
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
        @Parameters(
                paramLabel = "CODE|ENROLMENT",
                description = "The code that the board shows, or an enrolment of 'bramble enrolments'.")
        private String board;

        private final TopCommand top;

        Refuse(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                String enrolment = waiting(bramble, board).path("enrolment").asString("");
                bramble.write("DELETE", "/enrolments/" + Conversation.escaped(enrolment), null);
            }
            top.out().line("the board is turned away");
            return ExitCode.DONE.number();
        }
    }
}
