package dev.bramble.cli;

import dev.bramble.cli.connect.Endpoint;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.local.LocalOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "See it work: start a bramble on this machine, run the example job (which forecast model predicts Seattle's"
                    + " weather best?), show the winner, and stay up until Ctrl-C."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  bramble demo", "  bramble demo --once --nodes 2     ends when the job is done"})
final class DemoCommand implements Callable<Integer> {
    private static final Path EXAMPLE = Path.of("examples", "forecast", "job.yaml");
    /** More of a table than this is in the file. */
    private static final int TABLE_LINES_MAX = 40;

    @Option(names = "--once", description = "End when the job is done; the exit code says how it went.")
    private boolean once;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "4",
            description = "Agents (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--port", paramLabel = "PORT", description = "Of the dashboard and REST (default: 8443).")
    private Integer port;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = "bramble-demo",
            description = "Folder for the results (default: ${DEFAULT-VALUE}).")
    private Path output;

    private final TopCommand top;

    DemoCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        Path job = exampleJob();
        LocalOptions options = new LocalOptions(
                Optional.empty(),
                Optional.of(nodes),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(port),
                Optional.empty(),
                MainClassLauncher.program());
        top.err().line("starting a bramble of " + nodes + " nodes on this machine …");
        try (LocalRun run = LocalRun.start(top, options)) {
            Endpoint way = run.bramble().endpoint();
            top.err().line("it is up: " + way.heads().getFirst());
            int code = submit(job, way);
            if (code == ExitCode.DONE.number()) {
                showWinner();
            }
            if (once) {
                return code;
            }
            top.out().line("");
            top.out().line("The bramble stays up at " + way.heads().getFirst() + "; try in another terminal:");
            top.out().line("  " + LocalRun.command() + " submit --count 10 --wait -- echo hello from task {index}");
            top.out().line("Ctrl-C stops it.");
            run.awaitStop();
            return code;
        }
    }

    private int submit(Path job, Endpoint way) {
        Endpoint.Head head = way.heads().getFirst();
        List<String> arguments = new ArrayList<>(List.of("submit", job.toString(), "--wait"));
        arguments.addAll(List.of("--output", output.toString()));
        arguments.addAll(List.of("--url", head.url().toString(), "--token", way.token()));
        head.pin().ifPresent(pin -> arguments.addAll(List.of("--pin", pin.sha256())));
        return Main.run(top.around().ofOwnBramble(), arguments.toArray(String[]::new));
    }

    /** In a clone beside the launcher; in an installation beside the folder of the jars. */
    private static Path exampleJob() {
        List<Path> places = new ArrayList<>();
        String home = System.getProperty("bramble.home");
        if (home != null) {
            places.add(Path.of(home, "node-agent").resolve(EXAMPLE));
            places.add(Path.of(home).resolve(EXAMPLE));
        }
        try {
            Path jar = Path.of(DemoCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path folder = jar.getParent(); folder != null; folder = folder.getParent()) {
                places.add(folder.resolve("node-agent").resolve(EXAMPLE));
                places.add(folder.resolve(EXAMPLE));
            }
        } catch (URISyntaxException noFile) {
            // Only the launcher's place is left.
        }
        return places.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "the example " + EXAMPLE + " is missing: run the demo from a clone of Bramble"));
    }

    private void showWinner() {
        Path reduce = top.around().folder().resolve(output).resolve("reduce");
        try {
            List<String> lines = CleanText.lines(
                            new String(Files.readAllBytes(reduce.resolve("stdout")), StandardCharsets.UTF_8))
                    .lines()
                    .toList();
            top.out().line("");
            lines.stream().limit(TABLE_LINES_MAX).forEach(top.out()::line);
            if (lines.size() > TABLE_LINES_MAX) {
                top.out().line("… the rest is in " + reduce.resolve("stdout"));
            }
            top.out().line("");
            try (Stream<Path> files = Files.walk(reduce)) {
                files.filter(file -> file.toString().endsWith(".png"))
                        .sorted()
                        .forEach(file -> top.out().line(top.out().styled(Style.BOLD, "plot") + "   " + file));
            }
            top.out().line(top.out().styled(Style.BOLD, "table") + "  " + reduce.resolveSibling("results.csv"));
        } catch (IOException e) {
            throw new Failure(ExitCode.INTERNAL, "the winner cannot be shown: " + reduce + ": " + Json.reason(e), e);
        }
    }
}
