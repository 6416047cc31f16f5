package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.control.racks.RackReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "rack",
        description = {
            "Where boards stand: racks, shelves and slots, power supplies, switches and their ports.",
            "Copies of files and votes go to different power supplies where it says which board hangs on which."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble rack show > rack.yaml",
            "  bramble rack set rack.yaml",
            "  bramble rack set - < rack.yaml                     from standard input"
        })
final class RackCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "say what to do: `bramble rack show` or `bramble rack set FILE`");
    }

    @Command(name = "show", description = "Print the layout, as `rack set` takes it.")
    static final class Show implements Callable<Integer> {
        @Option(names = "--json", description = "Print it as JSON.")
        private boolean json;

        private final TopCommand top;

        Show(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                JsonNode racks = bramble.get("/racks");
                if (json) {
                    top.out().line(Json.pretty(racks));
                } else {
                    racks.path("document")
                            .asString("")
                            .lines()
                            .forEach(line -> top.out().line(CleanText.line(line)));
                }
            }
            return ExitCode.DONE.number();
        }
    }

    @Command(
            name = "set",
            description = {
                "Write the whole layout anew; needs an operator.",
                "A file from `rack show` says which version it was made from: when somebody else has changed the layout"
                        + " since, nothing is written."
            })
    static final class Set implements Callable<Integer> {
        private static final Pattern VERSION = Pattern.compile("(?m)^version:.*$");

        @Parameters(paramLabel = "FILE", description = "The layout as YAML or JSON; - for standard input.")
        private String file;

        @Option(
                names = "--overwrite",
                description = "Whatever version the file was made from, or none: take the place of what there is.")
        private boolean overwrite;

        private final TopCommand top;

        Set(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            String document = read();
            try (Conversation bramble = top.connect()) {
                if (overwrite) {
                    long version = bramble.get("/racks").path("version").asLong();
                    document = "version: " + version + "\n"
                            + VERSION.matcher(document).replaceAll("");
                }
                JsonNode racks = bramble.write("PUT", "/racks", Json.object().put("document", document));
                top.out()
                        .line("the rack layout is at version "
                                + racks.path("version").asLong() + " now");
            }
            return ExitCode.DONE.number();
        }

        private String read() {
            try (InputStream in = file.equals("-") ? top.around().stdin() : Files.newInputStream(Path.of(file))) {
                byte[] bytes = in.readNBytes(RackReader.TEXT_BYTES_MAX + 1);
                if (bytes.length > RackReader.TEXT_BYTES_MAX) {
                    throw new Failure(
                            ExitCode.USAGE,
                            CleanText.line(file) + " has more than " + RackReader.TEXT_BYTES_MAX
                                    + " bytes: a rack layout has far less");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IOException cannot) {
                throw new Failure(ExitCode.USAGE, "cannot read " + CleanText.line(file) + ": " + cannot.getMessage());
            }
        }
    }
}
