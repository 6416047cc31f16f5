package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Endpoint;
import dev.bramble.cli.connect.Finder;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.cli.console.Screen;
import dev.bramble.control.jobfile.Units;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code bramble} itself: the options that every verb understands, and what verbs do alike. */
@Command(
        name = "bramble",
        synopsisHeading = "",
        customSynopsis = {
            "Turns a cluster of Raspberry Pi boards into one appliance that runs work.",
            "",
            "Usage: bramble COMMAND [OPTIONS] …"
        },
        description = {
            "%nFirst steps:",
            "  bramble demo                               see a job run on four nodes, here",
            "  bramble local --nodes 4                    a bramble on this machine, until Ctrl-C",
            "  bramble submit job.yaml --wait             run a job and watch it",
            "  bramble submit --count 10 -- echo {index}  the same without a file",
            "  bramble results 1 -o out/                  fetch what job 1 left",
        },
        optionListHeading = "%nOptions of every command:%n",
        commandListHeading = "%nCommands ('bramble COMMAND --help' says more):%n",
        exitCodeListHeading = "%nExit codes:%n",
        footerHeading = "%nWhich bramble a command is for, in this order:%n",
        footer = {
            "  1. --url and --token",
            "  2. --profile NAME",
            "  3. BRAMBLE_URL (several heads separated by commas), BRAMBLE_TOKEN, BRAMBLE_PIN (their certificates)",
            "  4. the profile in use ('bramble profile use NAME')",
            "  5. the one that 'bramble local' started last",
            "%nNO_COLOR set to anything, or TERM=dumb: no colours."
        })
final class TopCommand implements Callable<Integer> {
    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Address of a head, or of several separated by commas.")
    private String url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            scope = ScopeType.INHERIT,
            description = "Your token; others on this machine can see it there: a profile is better.")
    private String token;

    @Option(
            names = "--pin",
            paramLabel = "SHA256",
            scope = ScopeType.INHERIT,
            description = "Fingerprint of the certificate of --url's head.")
    private String pin;

    @Option(names = "--profile", paramLabel = "NAME", scope = ScopeType.INHERIT, description = "Use this profile.")
    private String profile;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            scope = ScopeType.INHERIT,
            description = "How long to keep trying while the bramble cannot be reached (10m for --wait and --follow).")
    private String patience;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where a fault came from.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Spec
    private CommandSpec spec;

    private final Surroundings around;

    TopCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: name a command");
    }

    Surroundings around() {
        return around;
    }

    Screen out() {
        return around.terminal().out();
    }

    Screen err() {
        return around.terminal().err();
    }

    Pace pace() {
        return around.pace();
    }

    boolean debug() {
        return debug;
    }

    ProgressLine progress() {
        return new ProgressLine(err());
    }

    Endpoint endpoint() {
        return new Finder(around.environment(), around.profiles()).find(new Finder.Wishes(url, token(), pin, profile));
    }

    /** What {@code --pin} says. */
    Optional<String> pin() {
        return Optional.ofNullable(pin);
    }

    /** What {@code --token} says, wherever it says that the token is. */
    Optional<String> givenToken() {
        return Optional.ofNullable(token());
    }

    /** {@code --token -} reads it from stdin, where nobody else sees it. */
    private String token() {
        if (!"-".equals(token)) {
            return token;
        }
        try {
            return new String(around.stdin().readNBytes(4096), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot read the token from stdin: " + e.getMessage(), e);
        }
    }

    /** A conversation for one question. */
    Conversation connect() {
        return connect(Patience.PROMPT, progress());
    }

    /** @param line where an outage is told */
    Conversation connect(Patience otherwise, ProgressLine line) {
        Patience wanted = otherwise;
        if (patience != null) {
            Duration duration = Units.duration(patience)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "--patience must be a duration such as 30s or 10m, it is '" + patience + "'"));
            wanted = Patience.of(duration);
        }
        return new Conversation(endpoint(), wanted, new OutageLine(line, pace(), err()::line), pace());
    }

    /** Shows a list as JSON: an array with the field names of the REST interface. */
    void printJson(Conversation bramble, String path, long limit) {
        List<JsonNode> items = new ArrayList<>();
        bramble.list(path, limit, items::add);
        out().line(Json.pretty(items));
    }
}
