package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.cli.console.Screen;
import dev.bramble.cli.results.AnswerLines;
import dev.bramble.model.BlobId;
import dev.bramble.model.Problem;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Takes one measure after the other on a bramble, and programs of this machine beside them. */
public final class Bench {
    /** A tenth of the whole, or enough for every node to have loaded and compiled what it needs. */
    private static final int WARM_UP_TASKS_MAX = 400;

    /**
     * What is measured, and how much of it.
     *
     * @param rounds of the round trip
     * @param isOnThisMachine whether other tools run beside
     * @param limit longest that one job or other tool may take
     */
    public record Plan(
            Set<Measure> measures,
            int rounds,
            int commands,
            int tasks,
            long lines,
            boolean isOnThisMachine,
            Duration limit) {}

    /** What came of it. @param code of the first measure that failed; else done */
    public record Outcome(Figures figures, ExitCode code) {}

    private final Plan plan;
    private final Conversation bramble;
    private final ProgressLine line;
    private final Pace pace;
    private final Screen err;
    private final OtherTool other;
    private final int cores = Runtime.getRuntime().availableProcessors();

    public Bench(
            Plan plan,
            Conversation bramble,
            ProgressLine line,
            Pace pace,
            Screen err,
            Map<String, String> environment) {
        this.plan = plan;
        this.bramble = bramble;
        this.line = line;
        this.pace = pace;
        this.err = err;
        other = new OtherTool(environment, pace, plan.limit());
    }

    /** Goes on with the next measure when one fails, unless nothing can be asked any more. */
    public Outcome run() {
        List<Figure> rows = new ArrayList<>();
        ExitCode code = ExitCode.DONE;
        try (BenchJobs jobs = new BenchJobs(bramble, line, pace, plan.limit())) {
            for (Measure measure : Measure.values()) {
                if (!plan.measures().contains(measure)) {
                    continue;
                }
                try {
                    rows.addAll(take(measure, jobs));
                } catch (Failure failure) {
                    if (failure.code() == ExitCode.UNREACHABLE || failure.code() == ExitCode.REFUSED) {
                        throw failure;
                    }
                    line.clear();
                    String why = sentence(failure);
                    err.line(measure.word() + ": " + why);
                    rows.add(Figure.none(measure, why));
                    code = code == ExitCode.DONE ? failure.code() : code;
                }
            }
        } finally {
            line.clear();
        }
        return new Outcome(new Figures(rows), code);
    }

    private static String sentence(Failure failure) {
        List<String> parts = new ArrayList<>(List.of(failure.getMessage()));
        failure.problems().forEach(problem -> parts.add(problem.toString()));
        return String.join("; ", parts);
    }

    private List<Figure> take(Measure measure, BenchJobs jobs) {
        return switch (measure) {
            case ROUND_TRIP -> new RoundTrip(bramble, jobs, line, pace).take(plan.rounds());
            case COMMANDS -> List.of(commands(jobs));
            case FILTER_TASKS -> List.of(noFilters().orElseGet(() -> filterTasks(jobs)));
            case FILTER_LINES -> {
                Optional<Figure> none = noFilters();
                yield none.isPresent() ? List.of(none.get().as(measure)) : filterLines(jobs);
            }
            case SCALING -> new Scaling(bramble, jobs).take();
        };
    }

    // --- Commands ---------------------------------------------------------------------------------------------------

    private Figure commands(BenchJobs jobs) {
        jobs.nanosToEnd(commandJob(Math.clamp(plan.commands() / 10, 1, WARM_UP_TASKS_MAX)), "warming up");
        long nanos = jobs.nanosToEnd(commandJob(plan.commands()), "commands");
        Figure figure = Figure.of(
                Measure.COMMANDS,
                "commands",
                Statistics.perSecond(plan.commands(), nanos),
                Figure.Unit.PER_SECOND,
                String.format("%,d x /bin/true, a process each, every outcome durable", plan.commands()));
        return figure.beside(plan.isOnThisMachine() ? xargs() : Optional.empty());
    }

    private static ObjectNode commandJob(int count) {
        ObjectNode job = BenchJobs.job(Measure.COMMANDS);
        job.set("command", Json.array().add("/bin/true"));
        job.set("tasks", Json.object().put("count", count));
        return job;
    }

    private Optional<Figure.Beside> xargs() {
        if (!Files.isExecutable(Path.of("/bin/true"))) {
            return Optional.empty();
        }
        try (NumberedLines numbers = NumberedLines.write(plan.commands(), "")) {
            show("xargs");
            return other.rate(List.of("xargs", "-n1", "-P" + cores, "/bin/true"), numbers.file(), plan.commands());
        }
    }

    // --- Filters ----------------------------------------------------------------------------------------------------

    /** A bramble without filters refuses the field; its own sentence says so best. */
    private Optional<Figure> noFilters() {
        ObjectNode job = filterJob(Measure.FILTER_TASKS, Json.object().put("count", 1));
        try {
            bramble.write("POST", "/jobs?dryRun=true", job);
            return Optional.empty();
        } catch (Failure failure) {
            return failure.problems().stream()
                    .filter(problem -> problem.place().startsWith("filter"))
                    .findFirst()
                    .map(Problem::sentence)
                    .or(() -> Optional.of(failure.getMessage()).filter(text -> text.contains("filter")))
                    .map(why -> Figure.none(Measure.FILTER_TASKS, "this bramble has no filters yet: " + why))
                    .or(() -> {
                        throw failure;
                    });
        }
    }

    private static ObjectNode filterJob(Measure measure, ObjectNode tasks) {
        ObjectNode job = BenchJobs.job(measure);
        job.set("filter", Json.array().add("cat"));
        job.set("tasks", tasks);
        return job;
    }

    private Figure filterTasks(BenchJobs jobs) {
        int warmUp = Math.clamp(plan.tasks() / 10, 1, 50_000);
        ObjectNode small = filterJob(Measure.FILTER_TASKS, Json.object().put("count", warmUp));
        jobs.nanosToEnd(small, "warming up");
        ObjectNode job = filterJob(Measure.FILTER_TASKS, Json.object().put("count", plan.tasks()));
        long began = pace.nanos();
        String number = jobs.submit(job);
        jobs.await(number, "filter tasks");
        long nanos = pace.nanos() - began;
        show("checking the answers");
        check(number, NumberedLines.hashOfNumbers(plan.tasks()), plan.tasks());
        jobs.remove(number);
        return Figure.of(
                Measure.FILTER_TASKS,
                "tasks through a warm filter",
                Statistics.perSecond(plan.tasks(), nanos),
                Figure.Unit.PER_SECOND,
                String.format("%,d tasks through 'cat', every outcome durable and looked at afterwards", plan.tasks()));
    }

    private List<Figure> filterLines(BenchJobs jobs) {
        show("writing the lines");
        try (NumberedLines lines =
                NumberedLines.write(plan.lines(), UUID.randomUUID().toString().substring(0, 8))) {
            long began = pace.nanos();
            bramble.upload(
                    "/blobs?sha256=" + lines.sha256(),
                    lines.file(),
                    new BlobId(lines.sha256()),
                    lines.bytes(),
                    sent -> line.show((double) sent / lines.bytes(), List.of("uploading"), "uploading", pace.nanos()));
            long uploaded = pace.nanos();
            ObjectNode file = Json.object()
                    .put("name", "lines.txt")
                    .put("sha256", lines.sha256())
                    .put("sizeBytes", lines.bytes())
                    .put("count", lines.count());
            ObjectNode tasks = Json.object();
            tasks.set("lines", file);
            String number = jobs.submit(filterJob(Measure.FILTER_LINES, tasks));
            jobs.await(number, "filter lines");
            long ended = pace.nanos();
            show("fetching the results");
            check(number, lines.sha256(), lines.count());
            long fetched = pace.nanos();
            jobs.remove(number);
            return List.of(
                    Figure.of(
                                    Measure.FILTER_LINES,
                                    "lines through a warm filter",
                                    Statistics.perSecond(lines.count(), ended - uploaded),
                                    Figure.Unit.PER_SECOND,
                                    String.format(
                                            "%,d lines (%s) through 'cat', from the submission to the end",
                                            lines.count(), Human.size(lines.bytes())))
                            .beside(plan.isOnThisMachine() ? parallel(lines) : Optional.empty()),
                    seconds("  upload before it", uploaded - began, "on the disks of two nodes, where there are two"),
                    seconds("  results after it", fetched - ended, "in order, equal to what was sent"));
        }
    }

    /** Reads all answers, keeps none, and refuses what differs from the lines that went in. */
    private void check(String number, String sha256, long count) {
        MessageDigest hash = NumberedLines.newHash();
        long came =
                new AnswerLines(bramble, number).copyTo(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
        if (!HexFormat.of().formatHex(hash.digest()).equals(sha256)) {
            throw new Failure(
                    ExitCode.JOB_FAILED,
                    String.format(
                            "the %,d lines that came out of job %s are not the %,d that went in", came, number, count));
        }
    }

    private static Figure seconds(String what, long nanos, String meaning) {
        return Figure.of(Measure.FILTER_LINES, what, nanos / 1e9, Figure.Unit.SECONDS, meaning);
    }

    private Optional<Figure.Beside> parallel(NumberedLines lines) {
        if (other.isInstalled("parallel")) {
            show("GNU parallel");
        }
        return other.rate(
                List.of("parallel", "-j" + cores, "--pipe", "-k", "--block", "10M", "cat"),
                lines.file(),
                lines.count());
    }

    // --- Jobs -------------------------------------------------------------------------------------------------------

    private void show(String what) {
        line.show(-1, List.of(what), what, pace.nanos());
    }
}
