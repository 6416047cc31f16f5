package dev.bramble.cli;

import dev.bramble.cli.connect.Endpoint;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.local.LocalBramble;
import dev.bramble.cli.local.LocalOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "local",
        description = {
            "Run a bramble on this machine until Ctrl-C: each agent and the head a process of its own, with a folder,"
                    + " ports and a simulated board; whichever ends is started again after a second.",
            "",
            "With --dir everything is kept and comes back at the next start; DIR/processes.json says which process is"
                    + " whose. Without it a temporary folder is used and deleted at the end."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble local                            four nodes, three of them voters",
            "  bramble local --nodes 8 --cpus 0.5 --dir ~/my-bramble",
            "  bramble local --voters 1 --port 9443",
            "  bramble local --boards 100               see the pages with a hundred boards"
        })
final class LocalCommand implements Callable<Integer> {
    @Option(names = "--nodes", paramLabel = "N", description = "Agents (default: 4, or as many as DIR holds).")
    private Integer nodes;

    @Option(
            names = "--boards",
            paramLabel = "N",
            description =
                    "Play N simulated boards, up to 100, in a few processes (--nodes of them, default 4); some are"
                            + " hot, some under-volted. 1.4 GB of memory for 100.")
    private Integer boards;

    @Option(names = "--voters", paramLabel = "N", description = "Most voters: 1, 3 or 5 (default: 3).")
    private Integer voters;

    @Option(names = "--dir", paramLabel = "DIR", description = "Keep everything in this folder.")
    private Path dir;

    @Option(names = "--port", paramLabel = "PORT", description = "Of the dashboard and REST (default: 8443).")
    private Integer port;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = "Cores for the tasks of each node (default: this machine's, shared out, at least 1).")
    private String cpus;

    private final TopCommand top;

    LocalCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        LocalOptions options = new LocalOptions(
                Optional.ofNullable(dir).map(folder -> top.around().folder().resolve(folder)),
                Optional.ofNullable(nodes),
                Optional.ofNullable(boards),
                Optional.ofNullable(voters),
                Optional.ofNullable(port),
                Optional.ofNullable(cpus),
                MainClassLauncher.program());
        try (LocalRun run = LocalRun.start(top, options)) {
            print(run.bramble());
            run.awaitStop();
        }
        return ExitCode.DONE.number();
    }

    private void print(LocalBramble bramble) {
        String me = LocalRun.command();
        Endpoint way = bramble.endpoint();
        top.out()
                .line(top.out()
                        .styled(
                                Style.GOOD,
                                "A bramble of " + bramble.nodes()
                                        + (boards == null ? " nodes runs here." : " simulated boards runs here.")));
        Facts facts = new Facts(top.out());
        facts.add("dashboard", way.heads().getFirst().toString());
        way.heads().getFirst().pin().ifPresent(pin -> facts.add("certificate", "SHA-256 " + pin.shown()));
        bramble.setupCode()
                .ifPresentOrElse(
                        code -> facts.add("set up", way.heads().getFirst() + "/setup with the code " + code),
                        () -> facts.add("log in", "with your name and password; `" + me + " user list` shows who may"));
        facts.add("try", me + " submit --count 10 --wait -- echo hello from task {index}");
        facts.add("look", me + " nodes");
        facts.add(
                "logs",
                bramble.folder()
                        + (boards == null ? "/NAME/log" : "/boardsN/log")
                        + (bramble.isTemporary() ? "  (deleted at the end)" : ""));
        top.around()
                .profiles()
                .current()
                .filter(name -> !name.equals(dev.bramble.cli.connect.Profiles.LOCAL))
                .ifPresent(name -> facts.add(
                        "note", "commands go to the profile '" + name + "'; say --profile local for this one"));
        facts.print();
        top.out().line("Ctrl-C stops it.");
    }
}
