package dev.bramble.cli;

import dev.bramble.cli.submit.JobFlags;
import dev.bramble.control.jobfile.Problems;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A flag for each field of a job file. Values are texts here: the job's reader checks them, flags and file alike. */
final class JobOptions {
    @Option(names = "--name", paramLabel = "NAME", description = "Name of the job, for people.")
    private String name;

    @Option(
            names = "--filter",
            description =
                    "The command is a filter: a process stays warm and answers many tasks, one line in, one line out.")
    private boolean filter;

    @Option(
            names = "--framing",
            paramLabel = "lines|indexed",
            description =
                    "How a filter's lines are told apart: by their order (default), or each as N<TAB>line both ways.")
    private String framing;

    @Option(names = "--count", paramLabel = "N", description = "N tasks; {index} is their number from 0.")
    private String count;

    @Option(
            names = "--grid",
            paramLabel = "NAME=V1,V2",
            description = "A task for every combination; {NAME} is the value. Once for each parameter.")
    private List<String> grid = new ArrayList<>();

    @Option(names = "--lines", paramLabel = "FILE", description = "A task for each line; {line} is the line.")
    private String lines;

    @Option(
            names = "--each",
            paramLabel = "PATTERN",
            description = "A task for each file that matches; {file} is its path. May be repeated.")
    private List<String> each = new ArrayList<>();

    @Option(
            names = "--ship",
            paramLabel = "FILE",
            description = "A file, or a folder with all in it, that each task finds in its folder. May be repeated.")
    private List<String> ship = new ArrayList<>();

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "A variable for each task. May be repeated.")
    private List<String> env = new ArrayList<>();

    @Option(names = "--cpus", paramLabel = "N", description = "Cores for each task, such as 0.5 (default: 1).")
    private String cpus;

    @Option(names = "--memory", paramLabel = "SIZE", description = "Memory for each task, such as 1G (default: 512M).")
    private String memory;

    @Option(names = "--disk", paramLabel = "SIZE", description = "Space in its folder (default: 1G).")
    private String disk;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "Only on nodes with this label. May be repeated.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--node", paramLabel = "NAME", description = "Only on this node. May be repeated.")
    private List<String> nodes = new ArrayList<>();

    @Option(names = "--timeout", paramLabel = "TIME", description = "Longest run of one attempt (default: 1h).")
    private String timeout;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            description = "Tries that may fail before a task has failed (default: 4).")
    private String attempts;

    @Option(names = "--at-once", paramLabel = "N", description = "Most tasks running together (default: no limit).")
    private String atOnce;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "When it should be done: 2h from now, or 2026-12-24T18:00Z.")
    private String deadline;

    @Option(
            names = "--on-deadline",
            paramLabel = "flag|cancel",
            description = "What a missed deadline does: mark the job LATE (default), or cancel it.")
    private String onDeadline;

    @Option(
            names = "--outputs",
            paramLabel = "PATTERN",
            description = "Files kept from each task's folder. May be repeated; stdout is always kept.")
    private List<String> outputs = new ArrayList<>();

    @Option(
            names = "--reduce",
            paramLabel = "COMMAND",
            description = "One more task when all succeeded: 'python3 best.py' or '[python3, best.py]'.")
    private String reduce;

    @Option(names = "--reduce-outputs", paramLabel = "PATTERN", description = "Files kept from the reduce's folder.")
    private List<String> reduceOutputs = new ArrayList<>();

    @Option(
            names = "--after",
            paramLabel = "JOB",
            split = ",",
            description = "Start when these jobs have succeeded. May be repeated.")
    private List<String> after = new ArrayList<>();

    @Option(
            names = "--exclusive",
            description = "Attempts of a task never overlap, whatever breaks: a lost one is waited for.")
    private boolean exclusive;

    @Option(
            names = "--checkpoints",
            description = "Its tasks leave a checkpoint when they are stopped (exit 85), and go on from it elsewhere.")
    private boolean checkpoints;

    @Option(names = "--priority", paramLabel = "low|normal|high", description = "Rank among jobs (default: normal).")
    private String priority;

    @Option(names = "--keep", paramLabel = "TIME", description = "How long results stay (default: 30d).")
    private String keep;

    /** The flags that were given, as fields of a job. */
    JobFlags flags(Problems problems, List<String> command) {
        JobFlags flags = new JobFlags(problems);
        flags.text("name", "--name", name);
        flags.texts(filter ? "filter" : "command", "command", command);
        flags.text("framing", "--framing", framing);
        flags.texts("ship", "--ship", ship);
        flags.nestedText("tasks", "count", "--count", count);
        flags.grid("--grid", grid);
        flags.nestedText("tasks", "lines", "--lines", lines);
        flags.nestedTexts("tasks", "each", "--each", each);
        flags.pairs("env", "--env", env);
        flags.nestedText("needs", "cpus", "--cpus", cpus);
        flags.nestedText("needs", "memory", "--memory", memory);
        flags.nestedText("needs", "disk", "--disk", disk);
        flags.labels("--label", labels);
        flags.nestedTexts("needs", "nodes", "--node", nodes);
        flags.text("timeout", "--timeout", timeout);
        flags.text("attempts", "--attempts", attempts);
        flags.text("at_once", "--at-once", atOnce);
        flags.text("deadline", "--deadline", deadline);
        flags.text("on_deadline", "--on-deadline", onDeadline);
        flags.texts("outputs", "--outputs", outputs);
        flags.command("reduce", "--reduce", reduce);
        flags.texts("reduce_outputs", "--reduce-outputs", reduceOutputs);
        flags.texts("after", "--after", after);
        flags.text("exclusive", "--exclusive", exclusive ? "true" : null);
        flags.text("checkpoints", "--checkpoints", checkpoints ? "true" : null);
        flags.text("priority", "--priority", priority);
        flags.text("keep", "--keep", keep);
        return flags;
    }
}
