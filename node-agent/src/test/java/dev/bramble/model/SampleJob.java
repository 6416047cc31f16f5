package dev.bramble.model;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A job for tests: plain unless something is said about it. */
public final class SampleJob {
    private List<String> command = List.of("work");
    private TaskSource tasks;
    private List<ShippedFile> ship = List.of();
    private Optional<Framing> filter = Optional.empty();
    private Needs needs = new Needs(1000, 0, 0, new TreeMap<>(), List.of());
    private Optional<Duration> deadline = Optional.empty();
    private boolean cancelAtDeadline;
    private Duration timeout = Duration.ofHours(1);
    private int attempts = 1;
    private int atOnce = Integer.MAX_VALUE;
    private List<String> outputs = List.of();
    private Optional<JobSpec.Reduce> reduce = Optional.empty();
    private List<JobId> after = List.of();
    private Priority priority = Priority.NORMAL;
    private Duration keep = Duration.ofDays(30);

    private TaskTraits traits = TaskTraits.NONE;

    private SampleJob(TaskSource tasks) {
        this.tasks = tasks;
    }

    public static SampleJob of(int tasks) {
        return new SampleJob(new TaskSource.Count(tasks));
    }

    public SampleJob command(List<String> words) {
        command = words;
        return this;
    }

    public SampleJob ships(ShippedFile... files) {
        ship = List.of(files);
        return this;
    }

    public SampleJob needs(int milliCpus, long memoryBytes) {
        needs = new Needs(milliCpus, memoryBytes, 0, needs.labels(), needs.nodes());
        return this;
    }

    public SampleJob disk(long bytes) {
        needs = new Needs(needs.milliCpus(), needs.memoryBytes(), bytes, needs.labels(), needs.nodes());
        return this;
    }

    public SampleJob label(String name, String value) {
        TreeMap<String, String> labels = new TreeMap<>(needs.labels());
        labels.put(name, value);
        needs = new Needs(needs.milliCpus(), needs.memoryBytes(), needs.diskBytes(), labels, needs.nodes());
        return this;
    }

    public SampleJob on(String... nodes) {
        needs = new Needs(needs.milliCpus(), needs.memoryBytes(), needs.diskBytes(), needs.labels(), List.of(nodes));
        return this;
    }

    public SampleJob deadline(Duration fromAcceptance) {
        deadline = Optional.of(fromAcceptance);
        return this;
    }

    public SampleJob cancelledAtDeadline() {
        cancelAtDeadline = true;
        return this;
    }

    public SampleJob timeout(Duration longest) {
        timeout = longest;
        return this;
    }

    public SampleJob attempts(int tries) {
        attempts = tries;
        return this;
    }

    public SampleJob atOnce(int most) {
        atOnce = most;
        return this;
    }

    public SampleJob outputs(String... patterns) {
        outputs = List.of(patterns);
        return this;
    }

    public SampleJob reduced() {
        reduce = Optional.of(new JobSpec.Reduce(List.of("reduce"), List.of()));
        return this;
    }

    /** Its tasks are lines of a filter. */
    public SampleJob filter() {
        filter = Optional.of(Framing.LINES);
        return this;
    }

    public SampleJob after(long... jobs) {
        after = java.util.Arrays.stream(jobs).mapToObj(JobId::new).toList();
        return this;
    }

    public SampleJob priority(Priority rank) {
        priority = rank;
        return this;
    }

    public SampleJob kept(Duration time) {
        keep = time;
        return this;
    }

    public SampleJob exclusive() {
        traits = new TaskTraits(true, traits.checkpoints());
        return this;
    }

    public SampleJob leavesCheckpoints() {
        traits = new TaskTraits(traits.exclusive(), true);
        return this;
    }

    public JobSpec spec() {
        return new JobSpec(
                "sample",
                command,
                filter,
                ship,
                tasks,
                new LinkedHashMap<>(),
                needs,
                deadline,
                cancelAtDeadline,
                timeout,
                attempts,
                atOnce,
                outputs,
                reduce,
                after,
                priority,
                keep,
                Optional.of(traits).filter(any -> !any.equals(TaskTraits.NONE)));
    }

    /** How an attempt at a task ended, with {@code printed} as its stdout. */
    public static AttemptOutcome outcome(AttemptId attempt, TaskId task, int epoch, AttemptEnd end, String printed) {
        return outcome(
                attempt,
                task,
                epoch,
                end,
                new Output.Inline(printed.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    /** The same, wherever what it printed is. */
    public static AttemptOutcome outcome(AttemptId attempt, TaskId task, int epoch, AttemptEnd end, Output printed) {
        return new AttemptOutcome(
                attempt,
                task,
                epoch,
                end,
                end == AttemptEnd.SUCCEEDED ? 0 : 1,
                end == AttemptEnd.SUCCEEDED ? "" : "exit code 1",
                100,
                printed,
                Output.Inline.EMPTY,
                false,
                List.of(),
                Optional.empty());
    }
}
