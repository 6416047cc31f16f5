package dev.bramble.worker.process;

import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.time.EventLoop;
import dev.bramble.worker.Filters;
import dev.bramble.worker.Workers;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.filter.Flight.Alarm;
import dev.bramble.worker.filter.PassEnd;
import dev.bramble.worker.filter.PassPlan;
import dev.bramble.worker.filter.ProgramHabits;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Filters as processes that {@link ProcessWorkers} starts, cages and ends. All methods but {@link #close} are called on
 * the event loop, which owns all state here; each process has two threads that move its bytes.
 *
 * <p>What happens to a batch is decided in {@code worker.filter}; here it is done.
 */
public final class ProcessFilters implements Filters {
    /** Leaders count their terms from 1: these ids are no attempt's. */
    private static final long TERM_OF_PROCESSES = 0;
    /** A tenth of what is waited for at the shortest, {@link dev.bramble.worker.filter.Flight#SILENCE_MAX}. */
    private static final Duration TICK = Duration.ofMillis(100);
    /** With nothing but idle processes. */
    private static final Duration IDLE_TICK = Duration.ofSeconds(1);
    /** More than a board has slots; beyond, the one idle for longest makes room. */
    private static final int IDLE_PROCESSES_MAX = 16;
    /** A process that has closed its stdout is about to end, and its exit code is worth the wait. */
    private static final Duration CLOSED_STDOUT_GRACE = Duration.ofSeconds(1);
    /** An unused process has read the end of its input and may write what it has learned. */
    private static final Duration IDLE_GRACE = Duration.ofSeconds(2);
    /** What was learned of a program is a few bytes; a job that is never released must not keep them for ever. */
    private static final int PROGRAMS_MAX = 1024;
    /** Killed processes are gone in milliseconds; the spawner's own end kills what is left. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    /** A batch with a line that failed may be slow for many more: what is known by then is handed over. */
    private static final Duration CHARGED_BATCH_MAX = Duration.ofSeconds(30);

    private static final String STOPPED = "the batch was stopped";
    private static final String STOPPING = "the agent on this node is stopping";

    private final ProcessWorkers workers;
    private final EventLoop loop;
    private final Path answers;
    private final Duration idleMax;
    private final CountDownLatch gone = new CountDownLatch(1);

    private final FilterProcess.Listener ears = new FilterProcess.Listener() {
        @Override
        public void connected(FilterProcess process) {
            ProcessFilters.this.connected(process);
        }

        @Override
        public void over(FilterProcess process, Talk talk) {
            ProcessFilters.this.over(process, talk);
        }

        @Override
        public void silent(FilterProcess process) {
            ProcessFilters.this.silent(process);
        }
    };

    // On the event loop.
    private final Map<AttemptId, RunningBatch> batches = new TreeMap<>();
    private final Map<AttemptId, FilterProcess> processes = new TreeMap<>();
    private final Map<FilterProcess, RunningBatch> holders = new LinkedHashMap<>();
    private final Map<ProgramKey, ProgramHabits> habits = new LinkedHashMap<>();
    private long processIds;
    private long answerFiles;
    private boolean isTicking;
    private boolean isClosed;

    private record ProgramKey(JobId job, int retryEpoch) {
        static ProgramKey of(Program program) {
            return new ProgramKey(program.job(), program.retryEpoch());
        }
    }

    private ProcessFilters(ProcessWorkers workers, EventLoop loop, Path answers, Duration idleMax) {
        this.idleMax = idleMax;
        this.workers = workers;
        this.loop = loop;
        this.answers = answers;
    }

    /**
     * Beside the attempts of {@code workers}, with the same walls. Answers that nobody took before are deleted.
     *
     * @throws IOException when the folder for answers cannot be made
     */
    public static ProcessFilters open(ProcessWorkers workers, EventLoop loop) throws IOException {
        return open(workers, loop, IDLE_MAX);
    }

    /** With another time for idle processes; for tests. */
    static ProcessFilters open(ProcessWorkers workers, EventLoop loop, Duration idleMax) throws IOException {
        Path answers = workers.settings().folder().resolve("answers");
        Files.createDirectories(answers);
        Files.setPosixFilePermissions(answers, AttemptFolder.PRIVATE);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(answers)) {
            for (Path path : left) {
                Files.delete(path);
            }
        }
        return new ProcessFilters(workers, loop, answers, idleMax);
    }

    // -------------------------------------------------------------------------------------------------------- batches

    @Override
    public void run(BatchOrder order, Consumer<BatchEnded> ended) {
        ProgramHabits known = habits.computeIfAbsent(ProgramKey.of(order.program()), _ -> new ProgramHabits());
        if (habits.size() > PROGRAMS_MAX) {
            habits.remove(habits.keySet().iterator().next());
        }
        RunningBatch batch = new RunningBatch(order, known, answers.resolve(Long.toString(answerFiles++)), ended);
        if (batches.putIfAbsent(order.batch(), batch) != null) {
            batch.course.broke("batch " + order.batch() + " is here already");
            loop.execute(() -> tell(batch));
            return;
        }
        if (isClosed) {
            batch.course.halt(STOPPING);
        }
        tick();
        loop.execute(() -> goOn(batch));
    }

    /** Begins the next pass of the batch, or ends it. */
    private void goOn(RunningBatch batch) {
        if (isClosed) {
            batch.course.halt(STOPPING);
        } else if (batch.stopGrace.isPresent()) {
            batch.course.halt(STOPPED);
        } else if (!batch.course.failed().isEmpty() && batch.nanos > CHARGED_BATCH_MAX.toNanos()) {
            batch.course.halt("a line of its batch took long: it is tried again with others");
        }
        Optional<PassPlan> next = batch.course.next();
        if (next.isEmpty()) {
            batches.remove(batch.order.batch());
            tell(batch);
            return;
        }
        batch.plan = next.get();
        Optional<FilterProcess> idle =
                batch.plan.isFresh() ? Optional.empty() : idleOf(ProgramKey.of(batch.order.program()));
        if (idle.isPresent()) {
            hold(batch, idle.get());
            begin(batch);
        } else {
            startProcess(batch);
        }
    }

    private void hold(RunningBatch batch, FilterProcess process) {
        batch.process = process;
        holders.put(process, batch);
    }

    private void begin(RunningBatch batch) {
        FilterProcess process = batch.process;
        batch.talk = batch.newTalk();
        if (!process.begin(batch.talk)) {
            batch.talk.end = Optional.of(new PassEnd.Broke(
                    "the program printed a line while it was given none: a filter prints exactly one line for each"
                            + " line, and nothing before the first"));
            kill(process);
        }
    }

    private void tell(RunningBatch batch) {
        if (!batch.hasAnswersInFile()) {
            finish(batch);
        } else {
            Thread.ofVirtual().name("filter-answers-file").start(() -> finish(batch));
        }
    }

    /** On the loop, or for a file on a thread that may block. */
    private void finish(RunningBatch batch) {
        try {
            Answers all = batch.finish();
            loop.execute(() -> batch.tell(all));
        } catch (IOException e) {
            batch.abandonAnswers();
            String sentence = "the answers cannot be kept on this node: " + Run.reason(e);
            loop.execute(() -> batch.tellWithout(sentence));
        }
    }

    @Override
    public void stop(AttemptId id, Duration grace) {
        RunningBatch batch = batches.get(id);
        if (batch == null || batch.stopGrace.isPresent()) {
            return;
        }
        batch.stopGrace = Optional.of(grace);
        if (batch.process != null) {
            if (batch.talk != null) {
                // From here on it may print its farewell, or be silent for the grace: neither is about any line.
                batch.process.end(batch.talk, new PassEnd.Halted(STOPPED));
            }
            stop(batch.process, grace);
        }
    }

    // ------------------------------------------------------------------------------------------------------ processes

    private void startProcess(RunningBatch batch) {
        List<FilterProcess> idle = idle();
        if (idle.size() >= IDLE_PROCESSES_MAX) {
            retire(idle.getFirst());
        }
        Program program = batch.order.program();
        AttemptId id = new AttemptId(TERM_OF_PROCESSES, ++processIds);
        FilterProcess process = new FilterProcess(id, program, loop, ears);
        processes.put(id, process);
        hold(batch, process);
        batch.course.started();
        ProcessOrder order = new ProcessOrder(
                id,
                program.job(),
                program.argv(),
                Unbuffering.of(program.env()),
                program.files(),
                List.of(),
                new Workers.Stdin.Empty(),
                program.limits().withStreamBytes(STDERR_BYTES_MAX),
                Optional.empty());
        workers.startWithChannels(order, new Workers.Watcher() {
            @Override
            public void started(long pid) {
                process.connect(workers.folder(id));
            }

            @Override
            public void ended(Workers.Ended ended) {
                ProcessFilters.this.ended(process, ended);
            }
        });
    }

    private void connected(FilterProcess process) {
        process.isConnected = true;
        workers.connected(process.id);
        RunningBatch batch = holders.get(process);
        if (batch != null && !process.isStopped) {
            begin(batch);
        }
    }

    /** The pass ended, and the process lives. */
    private void over(FilterProcess process, Talk talk) {
        RunningBatch batch = holders.get(process);
        if (batch == null || batch.talk != talk) {
            return;
        }
        if (talk.end.orElseThrow() instanceof PassEnd.Answered answered && !process.isStopped) {
            process.rest();
            process.idleSinceNanos = loop.nanos();
            release(batch);
            batch.passEnded(answered, false, loop.nanos());
            goOn(batch);
        } else {
            kill(process);
        }
    }

    private void release(RunningBatch batch) {
        holders.remove(batch.process);
        batch.process = null;
    }

    /** It prints nothing more; whoever has not ended by itself in a moment will not. */
    private void silent(FilterProcess process) {
        process.isSilent = true;
        if (process.ended.isPresent()) {
            conclude(process);
        } else {
            loop.after(CLOSED_STDOUT_GRACE, () -> {
                if (process.ended.isEmpty()) {
                    kill(process);
                }
            });
        }
    }

    private void ended(FilterProcess process, Workers.Ended ended) {
        process.ended = Optional.of(ended);
        if (process.isSilent || !process.isConnecting) {
            conclude(process);
        }
    }

    /** Nothing is left of it, and all that it printed has been heard. */
    private void conclude(FilterProcess process) {
        byte[] stderr = process.stderr();
        processes.remove(process.id);
        RunningBatch batch = holders.remove(process);
        workers.discard(process.id);
        if (batch != null) {
            batch.process = null;
            conclude(batch, process, stderr);
        }
        if (isClosed && processes.isEmpty()) {
            gone.countDown();
        }
    }

    private void conclude(RunningBatch batch, FilterProcess process, byte[] stderr) {
        Exit exit = process.ended.orElseThrow().exit();
        if (batch.talk != null) {
            PassEnd end = passEnd(batch, process, exit);
            if (!(end instanceof PassEnd.Answered)) {
                batch.keepStderr(stderr);
            }
            // Of a process that had a batch before, nothing is known to be its first line.
            batch.passEnded(end, process.passes == 1, loop.nanos());
        } else if (isClosed || batch.stopGrace.isPresent()) {
            // What goes on says which of both.
        } else if (exit instanceof Exit.NotStarted(String sentence)) {
            batch.course.refused(sentence);
        } else if (exit instanceof Exit.Lost(String sentence)) {
            batch.course.halt(sentence);
        } else if (!process.isConnected) {
            batch.course.halt("the program's stdin and stdout could not be opened on this node");
        }
        goOn(batch);
    }

    private PassEnd passEnd(RunningBatch batch, FilterProcess process, Exit exit) {
        Optional<PassEnd> known = batch.talk.end;
        if (known.isPresent()) {
            return known.get();
        }
        if (batch.talk.flight.isAnswered()) {
            return new PassEnd.Answered();
        }
        if (isClosed || batch.stopGrace.isPresent()) {
            return new PassEnd.Halted(isClosed ? STOPPING : STOPPED);
        }
        return switch (exit) {
            case Exit.Lost(String sentence) -> new PassEnd.Halted(sentence);
            case Exit.Lapsed _ -> new PassEnd.Halted(STOPPED);
            case Exit.NotStarted(String sentence) -> new PassEnd.NotStarted(sentence);
            case Exit.OverLimit(int code, String sentence) -> new PassEnd.Died(code, sentence);
            case Exit.Code(int code) -> new PassEnd.Died(code, "the program ended with exit code " + code);
            case Exit.Signal(int number) ->
                process.isStopped
                        ? new PassEnd.Died(-1, "the program closed its stdout")
                        : new PassEnd.Died(128 + number, "the program was ended by signal " + number);
        };
    }

    private void kill(FilterProcess process) {
        stop(process, Duration.ZERO);
    }

    private void stop(FilterProcess process, Duration grace) {
        process.isStopped = true;
        workers.stop(process.id, grace);
    }

    // ---------------------------------------------------------------------------------------------------- idle, time

    /** Longest idle first. */
    private List<FilterProcess> idle() {
        // The most frequent case: asked for each attempt of a command, too.
        if (processes.isEmpty()) {
            return List.of();
        }
        return processes.values().stream()
                .filter(process -> process.isConnected
                        && !process.isStopped
                        && !process.isSilent
                        && process.ended.isEmpty()
                        && !holders.containsKey(process))
                .sorted(Comparator.comparingLong(process -> process.idleSinceNanos))
                .toList();
    }

    /** The one used last: its memory is warm. */
    private Optional<FilterProcess> idleOf(ProgramKey key) {
        return idle().reversed().stream()
                .filter(process -> ProgramKey.of(process.program).equals(key))
                .findFirst();
    }

    private void retire(FilterProcess process) {
        process.isStopped = true;
        process.closeStdin();
        loop.after(IDLE_GRACE, () -> {
            if (process.ended.isEmpty()) {
                kill(process);
            }
        });
    }

    @Override
    public void release(JobId job) {
        idle().stream().filter(process -> process.program.job().equals(job)).forEach(this::retire);
        habits.keySet().removeIf(key -> key.job().equals(job));
    }

    @Override
    public boolean hasIdle(JobId job, int retryEpoch) {
        return idleOf(new ProgramKey(job, retryEpoch)).isPresent();
    }

    @Override
    public int processes() {
        return processes.size();
    }

    @Override
    public long idleMemoryBytes() {
        return idle().stream()
                .mapToLong(process -> process.program.limits().memoryBytes())
                .sum();
    }

    @Override
    public void endIdle() {
        idle().forEach(this::kill);
    }

    private void tick() {
        if (!isTicking) {
            isTicking = true;
            loop.after(batches.isEmpty() ? IDLE_TICK : TICK, this::ticked);
        }
    }

    private void ticked() {
        isTicking = false;
        for (RunningBatch batch : List.copyOf(batches.values())) {
            if (batch.talk != null) {
                look(batch.process, batch.talk);
            }
        }
        long now = loop.nanos();
        idle().stream()
                .filter(process -> now - process.idleSinceNanos >= idleMax.toNanos())
                .forEach(this::retire);
        if (!batches.isEmpty() || !processes.isEmpty()) {
            tick();
        }
    }

    private void look(FilterProcess process, Talk talk) {
        Alarm alarm = process.alarm(talk);
        switch (alarm) {
            case NONE -> {}
            case CLOSE -> process.closeStdin();
            case TIMED_OUT -> {
                process.end(talk, new PassEnd.TimedOut());
                kill(process);
            }
            case ENOUGH -> {
                process.end(talk, new PassEnd.Answered());
                kill(process);
            }
        }
    }

    @Override
    public void close() {
        loop.execute(() -> {
            isClosed = true;
            List.copyOf(processes.values()).forEach(this::kill);
            if (processes.isEmpty()) {
                gone.countDown();
            }
        });
        try {
            if (!gone.await(CLOSE_MAX.toSeconds(), TimeUnit.SECONDS)) {
                workers.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
