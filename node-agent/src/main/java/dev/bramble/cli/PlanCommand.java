package dev.bramble.cli;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.control.plan.Catalogue;
import dev.bramble.control.plan.Plan;
import dev.bramble.control.plan.PlanReader;
import dev.bramble.control.plan.PlannedRack;
import dev.bramble.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        sortOptions = false,
        description = {
            "What so many boards take (parts, power, network), and how they compare with one large machine.",
            "",
            "Asks no bramble. Prices and figures are from the tables in hardware/, each with source and date: what you"
                    + " have better figures for, say with --price."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble plan --nodes 16",
            "  bramble plan --nodes 8 --power poe --price pi4-4gb=95 --price kwh=0.31",
            "  bramble plan --nodes 16 --rate 480 --rate-nodes 4      four boards do 480 of your tasks a second",
            "  bramble plan --nodes 16 --csv > parts.csv",
            "  bramble plan --nodes 16 --rack > rack.yaml; bramble rack set rack.yaml"
        })
final class PlanCommand implements Callable<Integer> {
    @Option(names = "--nodes", paramLabel = "N", description = "How many boards, 1 to 100 (default: 16).")
    private String nodes = "";

    @Option(names = "--board", paramLabel = "NAME", description = "Which; a wrong name lists them.")
    private String board = "";

    @Option(names = "--power", paramLabel = "WAY", description = "own, strong or poe (default: strong).")
    private String power = "";

    @Option(
            names = "--price",
            paramLabel = "NAME=DOLLARS",
            description = "Your price of a part, or kwh=… of energy; may be repeated. --csv lists the names.")
    private List<String> prices = new ArrayList<>();

    @Option(
            names = "--rate",
            paramLabel = "TASKS_PER_S",
            description = "What your own job did, in tasks a second ('bramble job N' and the dashboard say it).")
    private String rate = "";

    @Option(names = "--rate-nodes", paramLabel = "N", description = "On so many boards (default: as many as planned).")
    private String rateNodes = "";

    @Option(
            names = "--server-rate",
            paramLabel = "TASKS_PER_S",
            description = "What the same job did on a machine of 64 cores, if you have one to measure on.")
    private String serverRate = "";

    @Option(names = "--csv", description = "Print only the parts, as CSV.")
    private boolean csv;

    @Option(names = "--rack", description = "Print only the layout of the rack, as 'bramble rack set' takes it.")
    private boolean rack;

    @Option(names = "--json", description = "Print all of it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final TopCommand top;

    PlanCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        PlanReader.Read read = PlanReader.read(
                new PlanReader.Typed(nodes, board, power, prices, rate, rateNodes, serverRate), Catalogue.shipped());
        List<String> mistakes =
                read.problems().stream().map(PlanCommand::said).collect(Collectors.toCollection(ArrayList::new));
        if (List.of(csv, rack, json).indexOf(true) != List.of(csv, rack, json).lastIndexOf(true)) {
            mistakes.add("--csv, --rack and --json: choose one of them");
        }
        if (!mistakes.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join("; ", mistakes));
        }
        Plan plan = Plan.of(read.wish().orElseThrow());
        if (json) {
            top.out().line(Json.pretty(PlanJson.of(plan)));
        } else if (csv) {
            PlanText.csv(plan).forEach(top.out()::line);
        } else if (rack) {
            PlannedRack.document(plan).lines().forEach(top.out()::line);
        } else {
            new PlanText(plan, top.out()).print();
        }
        return ExitCode.DONE.number();
    }

    private static String said(Problem problem) {
        return "--" + problem.place() + ": " + problem.sentence();
    }
}
