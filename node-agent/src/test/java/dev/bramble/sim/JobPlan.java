package dev.bramble.sim;

import dev.bramble.model.BlobId;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Needs;
import dev.bramble.model.Output;
import dev.bramble.model.Priority;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import dev.bramble.model.TaskTraits;
import dev.bramble.store.CheckedBlobStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What the simulated client does with one job.
 *
 * @param key idempotency key
 * @param spec without the jobs it waits for
 * @param waits whether it waits for an earlier job
 * @param at when it is submitted, after the start
 * @param cancelAfter when it is cancelled, after its acceptance
 * @param retries how often it is tried anew when it failed or was cancelled
 * @param removes whether it is removed once it is over
 */
record JobPlan(
        String key,
        String owner,
        JobSpec spec,
        boolean waits,
        Duration at,
        Optional<Duration> cancelAfter,
        int retries,
        boolean removes) {

    private static final Optional<TaskTraits> EXCLUSIVE = Optional.of(new TaskTraits(true, false));
    static final List<String> USERS = List.of("ada", "ben", "cleo");

    /** Processor time of one job at most, so that most simulations are short. */
    private static final double WORK_SECONDS_MAX = 90;

    private static final double EXCLUSIVE_MILLIS_MIN = 5_000;
    private static final double EXCLUSIVE_MILLIS_MORE = 40_000;

    /** Submitted after five seconds under this name, and left alone. */
    static JobPlan of(String name, JobSpec work) {
        JobSpec spec = new JobSpec(
                name,
                work.command(),
                work.filter(),
                work.ship(),
                work.tasks(),
                work.env(),
                work.needs(),
                work.deadline(),
                work.cancelAtDeadline(),
                work.timeout(),
                work.attempts(),
                work.atOnce(),
                work.outputs(),
                work.reduce(),
                work.after(),
                work.priority(),
                work.keep(),
                work.traits());
        return new JobPlan("key of " + name, "ada", spec, false, Duration.ofSeconds(5), Optional.empty(), 0, false);
    }

    static JobPlan random(SplittableRandom random, int number, SimOptions options) {
        int tasks = 1 + (int) (options.tasksMax() * Math.pow(random.nextDouble(), 2));
        double draw = random.nextDouble();
        // Exclusive ones outlast their leases: only then there is something for the guards to do.
        double millis = options.exclusive()
                ? EXCLUSIVE_MILLIS_MIN + EXCLUSIVE_MILLIS_MORE * draw
                : Math.min(Math.pow(10, draw * 4.3), WORK_SECONDS_MAX * 1000 / tasks);
        double failShare = random.nextInt(3) > 0 ? 0 : random.nextInt(8) == 0 ? 1 : random.nextDouble() * 0.5;
        boolean output = tasks <= 50 && random.nextInt(4) == 0;
        Behaviour behaviour = new Behaviour(
                Math.max(1, (long) millis),
                failShare,
                printed(
                        tasks <= 100 && random.nextInt(4) == 0 ? random.nextInt(3000) : 0,
                        tasks,
                        new SplittableRandom(options.seed() * 1_000_033 + number)),
                output ? Output.INLINE_BYTES_MAX + 1 + random.nextInt(2000) : 0,
                random.nextInt(10) == 0);
        JobSpec spec = new JobSpec(
                "job" + number,
                behaviour.command(),
                Optional.<Framing>empty(),
                random.nextInt(4) == 0 ? List.of(file(random)) : List.of(),
                source(random, tasks),
                new LinkedHashMap<>(),
                needs(random),
                random.nextInt(4) == 0 ? Optional.of(seconds(random, 1, 120)) : Optional.empty(),
                random.nextInt(3) == 0,
                random.nextInt(6) == 0 ? Duration.ofMillis((long) Math.max(100, millis)) : Duration.ofHours(1),
                1 + random.nextInt(4),
                random.nextInt(4) == 0 ? 1 + random.nextInt(6) : Integer.MAX_VALUE,
                output ? List.of(Behaviour.OUTPUT) : List.of(),
                reduce(random),
                List.of(),
                Priority.values()[random.nextInt(3)],
                Duration.ofDays(30),
                Optional.empty());
        return new JobPlan(
                "key" + number,
                USERS.get(random.nextInt(USERS.size())),
                options.exclusive()
                        ? with(spec, spec.after(), EXCLUSIVE)
                        : exclusive(
                                filter(spec, new SplittableRandom(options.seed() * 1_000_003 + number)),
                                new SplittableRandom(options.seed() * 1_000_081 + number)),
                random.nextInt(4) == 0,
                Duration.ofMillis(random.nextLong(options.rough().toMillis())),
                random.nextInt(3) == 0 ? Optional.of(seconds(random, 0, 15)) : Optional.empty(),
                random.nextInt(3),
                random.nextInt(3) == 0);
    }

    /** Now and then more than rides in the ledger. */
    private static int printed(int few, int tasks, SplittableRandom random) {
        return tasks <= 300 && random.nextInt(3) == 0 ? Output.INLINE_BYTES_MAX + 1 + random.nextInt(8000) : few;
    }

    /** Now and then the same job with lines instead of processes. */
    private static JobSpec filter(JobSpec job, SplittableRandom random) {
        if (job.tasks() instanceof TaskSource.Each
                || !job.outputs().isEmpty()
                || job.reduce().isPresent()
                || random.nextInt(4) > 0) {
            return job;
        }
        boolean hangs = job.tasks().count() <= 50 && random.nextInt(4) == 0;
        int tasks = job.tasks().count();
        FilterBehaviour behaviour = new FilterBehaviour(
                Math.min(1 + (long) Math.pow(10, random.nextDouble() * 5), (long) (WORK_SECONDS_MAX * 1e6 / tasks)),
                random.nextInt(3) == 0 ? random.nextInt(60) : 0,
                hangs ? 40 : 0,
                random.nextInt(3) == 0 ? random.nextInt(6000) : 0,
                // One that buffers and is slow is silent for longer than a line may be: it would fail rightly.
                !hangs && random.nextInt(6) == 0);
        return new JobSpec(
                job.name(),
                behaviour.command(),
                Optional.of(random.nextBoolean() ? Framing.LINES : Framing.INDEXED),
                job.ship(),
                job.tasks() instanceof TaskSource.Count ? new TaskSource.Count(Math.min(500, tasks * 10)) : job.tasks(),
                job.env(),
                job.needs(),
                job.deadline(),
                job.cancelAtDeadline(),
                hangs ? Duration.ofSeconds(3) : Duration.ofHours(1),
                job.attempts(),
                job.atOnce(),
                job.outputs(),
                job.reduce(),
                job.after(),
                job.priority(),
                job.keep(),
                job.traits());
    }

    /** Now and then its attempts may not overlap. */
    private static JobSpec exclusive(JobSpec job, SplittableRandom random) {
        return job.filter().isPresent() || random.nextInt(4) > 0 ? job : with(job, job.after(), EXCLUSIVE);
    }

    private static TaskSource source(SplittableRandom random, int tasks) {
        if (random.nextInt(10) == 0) {
            return new TaskSource.Each(IntStream.range(0, Math.min(5, tasks))
                    .mapToObj(number -> file(random))
                    .toList());
        }
        if (tasks < 4 || random.nextBoolean()) {
            return new TaskSource.Count(tasks);
        }
        SequencedMap<String, List<String>> grid = new LinkedHashMap<>();
        grid.put("a", List.of("1", "2"));
        grid.put("b", IntStream.range(0, tasks / 2).mapToObj(Integer::toString).toList());
        return new TaskSource.Grid(grid);
    }

    /** One of a few files, so that jobs share them. */
    private static ShippedFile file(SplittableRandom random) {
        byte[] bytes = fileBytes(random.nextInt(4));
        return new ShippedFile("file" + random.nextInt(100), blob(bytes), bytes.length, false);
    }

    private static BlobId blob(byte[] bytes) {
        var digest = CheckedBlobStream.sha256();
        digest.update(bytes);
        return CheckedBlobStream.name(digest);
    }

    private static byte[] fileBytes(int number) {
        return ("file number " + number).getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes of a file that a plan names. */
    static byte[] bytes(BlobId blob) {
        return IntStream.range(0, 4)
                .mapToObj(JobPlan::fileBytes)
                .filter(bytes -> blob(bytes).equals(blob))
                .findFirst()
                .orElseThrow();
    }

    private static Needs needs(SplittableRandom random) {
        TreeMap<String, String> labels = new TreeMap<>();
        if (random.nextInt(8) == 0) {
            labels.put("zone", "a");
        }
        int[] milliCpus = {250, 1000, 1000, 1000, 2000, 4000};
        long[] memoryMib = {0, 0, 100, 1000, 2000};
        int cpus = milliCpus[random.nextInt(milliCpus.length)];
        long memory = memoryMib[random.nextInt(memoryMib.length)] << 20;
        // Only what every node can run may be tied to some.
        boolean isTied = random.nextInt(16) == 0 && cpus <= 1000 && memory == 0 && labels.isEmpty();
        return new Needs(cpus, memory, 0, labels, isTied ? List.of("n001", "n002") : List.of());
    }

    private static Optional<JobSpec.Reduce> reduce(SplittableRandom random) {
        if (random.nextInt(3) > 0) {
            return Optional.empty();
        }
        Behaviour behaviour = new Behaviour(1 + random.nextInt(3000), random.nextInt(4) == 0 ? 0.3 : 0, 0, 0, false);
        return Optional.of(new JobSpec.Reduce(behaviour.command(), List.of()));
    }

    private static Duration seconds(SplittableRandom random, int min, int max) {
        return Duration.ofMillis(random.nextLong(min * 1000L, max * 1000L));
    }

    JobSpec specAfter(List<JobId> after) {
        return with(spec, after, spec.traits());
    }

    private static JobSpec with(JobSpec spec, List<JobId> after, Optional<TaskTraits> traits) {
        return new JobSpec(
                spec.name(),
                spec.command(),
                spec.filter(),
                spec.ship(),
                spec.tasks(),
                spec.env(),
                spec.needs(),
                spec.deadline(),
                spec.cancelAtDeadline(),
                spec.timeout(),
                spec.attempts(),
                spec.atOnce(),
                spec.outputs(),
                spec.reduce(),
                after,
                spec.priority(),
                spec.keep(),
                traits);
    }

    /** Run time of all its attempts one after the other, at the worst. */
    double worstSeconds() {
        if (spec.filter().isPresent()) {
            return worstFilterSeconds();
        }
        Behaviour behaviour = Behaviour.of(spec.command());
        double tasks = (double) spec.tasks().count() * spec.attempts() * 1.5 * behaviour.millis() / 1000;
        // Each round may wait once for the end of what was lost, and every start for an answer.
        double exclusive =
                spec.isExclusive() ? 20 * spec.attempts() + spec.tasks().count() : 0;
        return (tasks + 4.5 * spec.attempts() + exclusive) * (1 + retries);
    }

    /** Each line is read a few times when the program buffers or dies; a bad one costs starts, silences, timeouts. */
    private double worstFilterSeconds() {
        FilterBehaviour behaviour = FilterBehaviour.of(spec.command());
        int lines = spec.tasks().count();
        double reading = lines * 4.0 * behaviour.micros() / 1e6;
        double bad = lines * (behaviour.crashesPerMille() + behaviour.hangsPerMille()) / 1000.0 + 4;
        double each = 1 + 2 * Math.min(5, spec.timeout().toSeconds());
        return (reading + bad * spec.attempts() * each + 10) * (1 + retries);
    }
}
