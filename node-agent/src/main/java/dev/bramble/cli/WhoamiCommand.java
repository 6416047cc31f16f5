package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "whoami", description = "Show whom your token speaks for, and which bramble commands go to.")
final class WhoamiCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    private final TopCommand top;

    WhoamiCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        try (Conversation bramble = top.connect()) {
            JsonNode it = bramble.get("/whoami");
            if (json) {
                top.out().line(Json.pretty(it));
                return ExitCode.DONE.number();
            }
            Facts facts = new Facts(top.out());
            facts.add("user", it.path("user").asString(""));
            facts.add("role", it.path("role").asString(""));
            facts.add("token", it.path("tokenId").asString(""));
            facts.add(
                    "bramble",
                    bramble.endpoint().heads().stream().map(Object::toString).collect(Collectors.joining(", ")) + "  ("
                            + bramble.endpoint().source() + ")");
            facts.print();
        }
        return ExitCode.DONE.number();
    }
}
