package dev.bramble.cli;

import dev.bramble.cli.bench.Bench;
import dev.bramble.cli.bench.Measure;
import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.control.jobfile.Suggestion;
import dev.bramble.control.jobfile.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Measure this bramble, and beside it what other programs of this machine do, when it runs here.",
            "",
            "Submits jobs named bench-… and removes them again, also after Ctrl-C. Other work on the bramble, or on a"
                    + " machine that runs all of its nodes, makes the figures worse. The measures:",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble bench",
            "  bramble bench --only round-trip --rounds 1000 --json",
            "  bramble bench --only commands scaling"
        })
final class BenchCommand implements Callable<Integer> {
    private static final int ROUNDS_MAX = 100_000;
    /** A job's largest number of tasks. */
    private static final int TASKS_MAX = 10_000_000;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            arity = "1..*",
            split = ",",
            description = "Only these measures (default: all).")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "200",
            description = "Jobs of round-trip (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--commands",
            paramLabel = "N",
            defaultValue = "4000",
            description = "Processes of commands (default: ${DEFAULT-VALUE}).")
    private int commands;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Tasks of filter-tasks (default: ${DEFAULT-VALUE}).")
    private int tasks;

    @Option(
            names = "--lines",
            paramLabel = "N",
            defaultValue = "10000000",
            description = "Lines of filter-lines, 18 bytes each (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Option(
            names = "--limit",
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "Longest that one job may take (default: ${DEFAULT-VALUE}).")
    private String limit;

    @Option(names = "--json", description = "Print the figures as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final TopCommand top;

    BenchCommand(TopCommand top) {
        this.top = top;
    }

    @Spec
    void explain(CommandSpec own) {
        List<String> lines = new ArrayList<>(List.of(own.usageMessage().description()));
        for (Measure measure : Measure.values()) {
            lines.add("  @|bold " + measure.word() + "|@: " + measure.explanation());
        }
        own.usageMessage().description(lines.toArray(String[]::new));
    }

    @Override
    public Integer call() {
        List<String> mistakes = new ArrayList<>();
        Set<Measure> measures = measures(mistakes);
        check("--rounds", rounds, ROUNDS_MAX, mistakes);
        check("--commands", commands, TASKS_MAX, mistakes);
        check("--tasks", tasks, TASKS_MAX, mistakes);
        check("--lines", lines, TASKS_MAX, mistakes);
        Optional<Duration> longest = Units.duration(limit).filter(Duration::isPositive);
        if (longest.isEmpty()) {
            mistakes.add("--limit must be a duration such as 90s or 10m, it is '" + limit + "'");
        }
        if (!mistakes.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join("; ", mistakes));
        }
        ProgressLine line = top.progress();
        try (Conversation bramble = top.connect(Patience.PROMPT, line)) {
            Bench.Plan plan = new Bench.Plan(
                    measures,
                    rounds,
                    commands,
                    tasks,
                    lines,
                    bramble.endpoint().isOnThisMachine(),
                    longest.orElseThrow());
            Bench.Outcome outcome = new Bench(
                            plan,
                            bramble,
                            line,
                            top.pace(),
                            top.err(),
                            top.around().environment())
                    .run();
            if (json) {
                top.out().line(outcome.figures().json());
            } else {
                outcome.figures().print(top.out());
            }
            return outcome.code().number();
        }
    }

    private Set<Measure> measures(List<String> mistakes) {
        Set<Measure> measures = EnumSet.noneOf(Measure.class);
        for (String word : only) {
            Measure.of(word)
                    .ifPresentOrElse(
                            measures::add,
                            () -> mistakes.add("--only: there is no measure '" + word + "'"
                                    + Suggestion.nearest(word, Measure.words())
                                            .map(meant -> ", did you mean '" + meant + "'?")
                                            .orElse(": there are " + String.join(", ", Measure.words()))));
        }
        return only.isEmpty() ? EnumSet.allOf(Measure.class) : measures;
    }

    private static void check(String option, int value, int most, List<String> mistakes) {
        if (value < 1 || value > most) {
            mistakes.add(String.format("%s must be from 1 to %,d, it is %d", option, most, value));
        }
    }
}
