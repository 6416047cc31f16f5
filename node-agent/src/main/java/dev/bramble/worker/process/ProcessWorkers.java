package dev.bramble.worker.process;

import dev.bramble.model.AttemptId;
import dev.bramble.model.Checkpoint;
import dev.bramble.time.EventLoop;
import dev.bramble.worker.Workers;
import dev.bramble.worker.process.AttemptFolder.Owners;
import dev.bramble.worker.process.Home.Lodging;
import dev.bramble.worker.process.SpawnerReply.Feature;
import dev.bramble.worker.process.SpawnerReply.Left;
import dev.bramble.worker.process.SpawnerReply.Ready;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Logger;

/**
 * Attempts as processes, started by a {@link Spawner}. All methods but {@link #privilege} and {@link #close} are called
 * on the event loop, which owns all state here; files are touched by a few threads of their own.
 *
 * <p>When the spawner dies, all that it ran dies with it and is reported as {@link Workers.Exit.Lost}; a new one is
 * started, and orders given in between wait for it.
 */
public final class ProcessWorkers implements Workers {
    private static final Logger LOG = Logger.getLogger(ProcessWorkers.class.getName());

    /** An SD card gains nothing from more at a time. */
    private static final int FILE_THREADS = 4;
    /** Placing, reading of logs: far more than there are slots and readers; beyond it something is stuck. */
    private static final int FILE_WORK_MAX = 4096;
    /** One answer of {@link #log}; a reader asks again for more. */
    private static final int LOG_PIECE_BYTES_MAX = 1 << 20;
    /** More files than any task has a use for would fill the ledger with names. */
    private static final int OUTPUT_FILES_MAX = 1000;
    /** Between two tries to start a spawner: often enough for a user, seldom enough for a log. */
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);

    /** Keepers end within milliseconds of their spawner; what does not hangs in the kernel, and the node goes on. */
    private static final Duration KEEPERS_END_MAX = Duration.ofSeconds(10);

    private static final Collected NOTHING = new Collected(List.of(), List.of());
    private static final String STOPPING = "the agent on this node is stopping";

    private final EventLoop loop;
    private final ProcessSettings settings;
    private final Path attempts;
    private final Path program;
    private final int agentUid;
    private final Trash trash;
    private final ThreadPoolExecutor files;

    /** Brings what a spawner says to the loop. */
    private final Spawner.Listener ears = new Spawner.Listener() {
        @Override
        public void heard(Spawner from, SpawnerReply reply) {
            loop.execute(() -> hear(from, reply));
        }

        @Override
        public void gone(Spawner from, String sentence) {
            loop.execute(() -> spawnerGone(from, sentence));
        }
    };

    // On the event loop from here on.
    private final Map<AttemptId, Run> runs = new TreeMap<>();
    private final Homes homes;
    private final Map<Long, Collecting> collecting = new HashMap<>();
    private long collectRequests;

    // Set by the loop and by open(), read by all.
    private volatile Spawner spawner;
    private volatile String spawnerFault = "";
    private volatile Ready ready;
    private volatile Owners slotZero;
    private volatile boolean closed;

    /** @param folder where the files are looked for */
    private record Collecting(FoundFiles.Kind kind, Path folder, CompletableFuture<Collected> answer) {}

    private ProcessWorkers(ProcessSettings settings, EventLoop loop) throws IOException {
        this.settings = settings;
        this.loop = loop;
        attempts = settings.folder().resolve("attempts");
        program = settings.folder().resolve("spawner");
        homes = new Homes(attempts, settings.slots(), this::throwAway);
        trash = new Trash(Files.createDirectories(settings.folder().resolve("trash")));
        makeFolders();
        agentUid = (int) Files.getAttribute(attempts, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        files = new ThreadPoolExecutor(
                FILE_THREADS, FILE_THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(FILE_WORK_MAX), task -> {
                    Thread thread = new Thread(task, "attempt-files");
                    thread.setDaemon(true);
                    return thread;
                });
        files.allowCoreThreadTimeOut(true);
    }

    /**
     * Starts the spawner and tries which level this machine gives. Blocks for some 100 ms.
     *
     * @throws IOException with a sentence when there is no perl, or no level works
     */
    public static ProcessWorkers open(ProcessSettings settings, EventLoop loop) throws IOException {
        Files.createDirectories(settings.folder());
        ProcessSettings real = settings.withFolder(settings.folder().toRealPath());
        ProcessWorkers workers = new ProcessWorkers(real, loop);
        try {
            workers.spawner =
                    workers.startSpawner(settings.level().map(List::of).orElse(List.of(Level.values())));
        } catch (IOException e) {
            workers.close();
            throw e;
        }
        if (workers.spawner.goneSentence().isPresent()) {
            workers.close();
            throw new IOException(workers.spawner.goneSentence().get());
        }
        return workers;
    }

    private void makeFolders() throws IOException {
        Files.createDirectories(program);
        Spawner.unpack(program);
        // What an earlier life left goes at once; deleting it takes its time.
        if (Files.exists(attempts, LinkOption.NOFOLLOW_LINKS)) {
            trash.take(attempts);
        }
        Files.createDirectory(attempts);
        // Where a task has no mounts of its own, its user comes this way.
        Files.setPosixFilePermissions(settings.folder(), AttemptFolder.PASSABLE);
        Files.setPosixFilePermissions(attempts, AttemptFolder.PASSABLE);
    }

    /** Blocks. */
    private Spawner startSpawner(List<Level> levels) throws IOException {
        Spawner started = Spawner.start(settings.launcher(), program, ears);
        try {
            int spawnerUid = started.hello().uid();
            int taskUid = spawnerUid == 0 ? settings.uidBase() : spawnerUid;
            Owners owners = new Owners(agentUid, spawnerUid, taskUid, true);
            Path probe = attempts.resolve("probe");
            try {
                Home.make(probe, owners);
                new AttemptFolder(probe.resolve("1")).make(owners);
                ready = started.configure(settings, levels);
            } finally {
                trash.take(probe);
            }
            if (ready.level().isEmpty()) {
                throw new IOException("tasks cannot run here: "
                        + String.join(
                                "; ",
                                ready.failed().stream()
                                        .map(failed -> failed.level() + ": " + failed.reason())
                                        .toList()));
            }
            boolean isPassable = has(Feature.OWN_UID) && !has(Feature.NAMESPACES);
            slotZero = new Owners(agentUid, spawnerUid, taskUid, isPassable);
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
        return started;
    }

    private boolean has(Feature feature) {
        return ready.features().contains(feature);
    }

    @Override
    public Privilege privilege() {
        return Sentences.privilege(ready);
    }

    @Override
    public void start(ProcessOrder order, Watcher watcher) {
        start(order, watcher, false);
    }

    /**
     * The same, with FIFOs for stdin and stdout. Once it runs both are opened by their paths, and {@link #connected} is
     * called; of stderr the last bytes are kept.
     */
    void startWithChannels(ProcessOrder order, Watcher watcher) {
        start(order, watcher, true);
    }

    private void start(ProcessOrder order, Watcher watcher, boolean hasChannels) {
        Run run = new Run(order, watcher, hasChannels);
        Optional<String> refusal = refusal(order);
        if (refusal.isPresent()) {
            loop.execute(() -> watcher.ended(run.notStarted(refusal.get())));
            return;
        }
        run.home = homes.take(order.job(), order.limits().memoryBytes());
        Lodging lodging = run.home.lodge();
        run.folder = lodging.folder();
        run.hasFolder = true;
        runs.put(order.attempt(), run);
        boolean isHomeNew = run.home.isToBeMade();
        if (isHomeNew || lodging.state() != Lodging.State.READY || run.hasFiles()) {
            place(run, lodging.state(), isHomeNew);
        } else if (spawner != null) {
            order(run);
        } else {
            loop.execute(() -> placed(run));
        }
    }

    private void place(Run run, Lodging.State state, boolean isHomeNew) {
        Owners owners = owners(run);
        inFiles(
                () -> {
                    run.place(state, isHomeNew, owners);
                    loop.execute(() -> placed(run));
                },
                failure -> {
                    String sentence = "the task's folder could not be filled: " + Run.reason(failure);
                    end(run, run.notStarted(sentence), Left.SPENT);
                });
    }

    /** Both channels of the process are open on this side: from now on each side sees the end of the other. */
    void connected(AttemptId attempt) {
        if (spawner != null) {
            spawner.send(Frame.of("connected", attempt));
        }
    }

    /** The folder of an attempt that was started and not discarded. */
    AttemptFolder folder(AttemptId attempt) {
        return runs.get(attempt).folder;
    }

    ProcessSettings settings() {
        return settings;
    }

    /** The running spawner; for tests that kill it. */
    long spawnerPid() {
        return spawner.pid();
    }

    private Optional<String> refusal(ProcessOrder order) {
        if (closed) {
            return Optional.of(STOPPING);
        }
        if (runs.containsKey(order.attempt())) {
            return Optional.of("attempt " + order.attempt() + " is here already");
        }
        if (homes.isFull()) {
            return Optional.of("all " + settings.slots() + " slots of this node are taken");
        }
        return Run.refusal(order);
    }

    private Owners owners(Run run) {
        Owners zero = slotZero;
        int uid = has(Feature.OWN_UID) ? zero.task() + run.home.slot : zero.task();
        return new Owners(zero.agent(), zero.spawner(), uid, zero.isPassable());
    }

    private void placed(Run run) {
        run.state = Run.State.PLACED;
        if (closed) {
            end(run, run.notStarted(STOPPING), Left.SPENT);
        } else if (run.isStopped) {
            end(run, run.notStarted("the attempt was stopped before its program began"), Left.SPENT);
        } else if (spawner != null) {
            order(run);
        } else if (!spawnerFault.isEmpty()) {
            end(run, run.notStarted(spawnerFault), Left.SPENT);
        }
    }

    private void order(Run run) {
        run.state = Run.State.ORDERED;
        run.orderedNanos = loop.nanos();
        spawner.send(run.frame());
    }

    @Override
    public void stop(AttemptId attempt, Duration grace) {
        Run run = runs.get(attempt);
        if (run == null || run.state == Run.State.ENDED) {
            return;
        }
        run.isStopped = true;
        if (run.state == Run.State.ORDERED && spawner != null) {
            spawner.send(Frame.of("stop", attempt, Math.max(0, grace.toMillis())));
        }
    }

    @Override
    public void renew(AttemptId attempt, long untilNanos) {
        Run run = runs.get(attempt);
        if (run != null && run.state == Run.State.ORDERED && spawner != null) {
            spawner.send(Frame.of("renew", attempt, Run.millis(untilNanos)));
        }
    }

    @Override
    public CompletionStage<Optional<LogPiece>> log(
            AttemptId attempt, Workers.Stream stream, long offset, int bytesMax) {
        Run run = runs.get(attempt);
        CompletableFuture<Optional<LogPiece>> answer = new CompletableFuture<>();
        if (run == null) {
            loop.execute(() -> answer.complete(Optional.empty()));
            return answer;
        }
        int bytes = Math.clamp(bytesMax, 0, LOG_PIECE_BYTES_MAX);
        long from = Math.max(0, offset);
        Optional<LogPiece> held = run.heldLog(stream, from, bytes);
        if (held.isPresent()) {
            loop.execute(() -> answer.complete(held));
            return answer;
        }
        inFiles(
                () -> {
                    LogPiece piece = run.folder.read(stream, from, bytes);
                    loop.execute(() -> answer.complete(Optional.of(piece)));
                },
                answer::completeExceptionally);
        return answer;
    }

    @Override
    public CompletionStage<Collected> collect(AttemptId attempt, List<String> patterns) {
        Run run = runs.get(attempt);
        if (patterns.isEmpty() || !isCollectable(run)) {
            return now(patterns.isEmpty() ? NOTHING : notCollectable(attempt, run));
        }
        return run.hasFolder
                ? collect(run, run.folder.work(), settings.outputBytesMax(), OUTPUT_FILES_MAX, patterns)
                : now(FoundFiles.nothing(patterns));
    }

    @Override
    public CompletionStage<Collected> collectCheckpoint(AttemptId attempt, long bytesMax) {
        Run run = runs.get(attempt);
        if (!isCollectable(run)) {
            return now(notCollectable(attempt, run));
        }
        return run.hasFolder
                ? collect(run, run.folder.checkpoint(), bytesMax, Checkpoint.FILES_MAX, List.of())
                : now(NOTHING);
    }

    private boolean isCollectable(Run run) {
        return run != null && run.state == Run.State.ENDED && spawner != null;
    }

    private static Collected notCollectable(AttemptId attempt, Run run) {
        return new Collected(
                List.of(),
                List.of(
                        run == null || run.state != Run.State.ENDED
                                ? "attempt " + attempt + " has not ended here"
                                : "the spawner is starting again: collect later"));
    }

    private CompletionStage<Collected> now(Collected found) {
        CompletableFuture<Collected> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(found));
        return answer;
    }

    /** @param patterns all files when it is empty */
    private CompletionStage<Collected> collect(Run run, Path in, long bytesMax, int filesMax, List<String> patterns) {
        CompletableFuture<Collected> answer = new CompletableFuture<>();
        long request = collectRequests++;
        collecting.put(
                request,
                new Collecting(patterns.isEmpty() ? FoundFiles.Kind.CHECKPOINT : FoundFiles.Kind.OUTPUTS, in, answer));
        Frame frame = Frame.of("collect", request, in, run.home.slot, filesMax, bytesMax);
        patterns.forEach(frame::with);
        spawner.send(frame);
        return answer;
    }

    @Override
    public void discard(AttemptId attempt) {
        Run run = runs.get(attempt);
        if (run == null) {
            return;
        }
        if (run.state != Run.State.ENDED) {
            throw new IllegalStateException("attempt " + attempt + " has not ended");
        }
        runs.remove(attempt);
        if (run.hasFolder) {
            run.hasFolder = false;
            discardFolder(run);
        }
    }

    private void discardFolder(Run run) {
        if (run.home.isSpent()) {
            emptied(run, false);
            return;
        }
        inFiles(
                () -> {
                    boolean isEmptied = run.empty();
                    loop.execute(() -> emptied(run, isEmptied));
                },
                failure -> {
                    LOG.warning("cannot empty the folder of " + run.order.attempt() + ": " + failure);
                    emptied(run, false);
                });
    }

    private void emptied(Run run, boolean isEmptied) {
        boolean isOfUse = run.home.discarded(run.folder, isEmptied);
        homes.overIfSo(run.home);
        if (!isOfUse && !run.home.isOver()) {
            throwAway(run.folder.path());
        }
    }

    private void throwAway(Home home) {
        throwAway(home.path);
    }

    private void throwAway(Path folder) {
        inFiles(
                () -> {
                    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                        trash.take(folder);
                    }
                },
                failure -> LOG.warning("cannot discard " + folder + ": " + failure));
    }

    @Override
    public void close() {
        closed = true;
        Spawner last = spawner;
        if (last != null) {
            last.close();
        }
        files.shutdown();
        trash.close();
    }

    private void hear(Spawner from, SpawnerReply reply) {
        if (from != spawner) {
            return;
        }
        switch (reply) {
            case SpawnerReply.Started started -> started(started);
            case SpawnerReply.Ended ended -> ended(ended);
            case SpawnerReply.Refused refused -> refused(refused);
            case SpawnerReply.Collected collected -> collected(collected);
            case SpawnerReply.Hello _, SpawnerReply.Ready _, SpawnerReply.Other _ -> {}
        }
    }

    private void started(SpawnerReply.Started started) {
        Run run = runs.get(started.attempt());
        run.keeperPid = started.keeperPid();
        run.watcher.started(started.pid());
    }

    private void ended(SpawnerReply.Ended ended) {
        Run run = runs.get(ended.attempt());
        end(run, run.ended(ended), ended.left());
    }

    private void refused(SpawnerReply.Refused refused) {
        Run run = runs.get(refused.attempt());
        Ended ended = refused.stage() == SpawnerReply.Stage.LEASE
                ? run.lapsed()
                : run.notStarted(Sentences.of(refused, run.order.argv().getFirst()));
        end(run, ended, refused.left());
    }

    private void end(Run run, Ended ended, Left left) {
        run.state = Run.State.ENDED;
        run.end = ended;
        if (slotZero.isPassable()) {
            // One call, before the slot's user can come back.
            run.folder.seal();
        }
        homes.leave(run.home);
        switch (left) {
            case CLEAN -> {
                run.hasFolder = false;
                run.home.returned(run.folder);
            }
            case KEPT -> {}
            case SPENT -> homes.spend(run.home);
        }
        run.watcher.ended(ended);
    }

    private void collected(SpawnerReply.Collected reply) {
        Collecting waiting = collecting.remove(reply.request());
        if (waiting != null) {
            waiting.answer().complete(FoundFiles.of(reply.frame(), waiting.kind(), waiting.folder()));
        }
    }

    /** Everything that it ran is dying with it: what is left to do is to wait for that and to begin anew. */
    private void spawnerGone(Spawner gone, String sentence) {
        if (gone != spawner) {
            return;
        }
        spawner = null;
        spawnerFault = "";
        List<Run> lost = runs.values().stream()
                .filter(run -> run.state == Run.State.ORDERED)
                .toList();
        if (closed) {
            lost.forEach(run -> end(run, run.lost(sentence, loop.nanos()), Left.SPENT));
            return;
        }
        LOG.warning(sentence);
        collecting.values().forEach(waiting -> waiting.answer().complete(new Collected(List.of(), List.of(sentence))));
        collecting.clear();
        restart(lost, sentence);
    }

    private void restart(List<Run> lost, String sentence) {
        Thread.ofVirtual().name("spawner-restart").start(() -> {
            long deadlineNanos = System.nanoTime() + KEEPERS_END_MAX.toNanos();
            lost.forEach(run -> run.awaitKeeperEnd(deadlineNanos));
            try {
                // It kills what an earlier one left, should anything be left, before it says that it is ready.
                Spawner next = startSpawner(List.of(ready.level().orElseThrow()));
                loop.execute(() -> restarted(next, lost, sentence));
            } catch (IOException e) {
                loop.execute(() -> notRestarted(e, lost, sentence));
            }
        });
    }

    private void restarted(Spawner next, List<Run> lost, String sentence) {
        spawner = next;
        spawnerFault = "";
        lost.forEach(run -> end(run, run.lost(sentence, loop.nanos()), Left.SPENT));
        if (closed) {
            Thread.ofVirtual().start(next::close);
        }
        placedRuns().forEach(this::placed);
        // It may have died before anybody knew it.
        next.goneSentence().ifPresent(reason -> spawnerGone(next, reason));
    }

    private void notRestarted(IOException failure, List<Run> lost, String sentence) {
        spawnerFault = "no process can be started on this node: " + failure.getMessage();
        LOG.warning(spawnerFault);
        lost.forEach(run -> end(run, run.lost(sentence, loop.nanos()), Left.SPENT));
        placedRuns().forEach(this::placed);
        if (!closed) {
            loop.after(RESTART_PAUSE, () -> restart(List.of(), sentence));
        }
    }

    private List<Run> placedRuns() {
        return runs.values().stream()
                .filter(run -> run.state == Run.State.PLACED)
                .toList();
    }

    private interface FileWork {
        void run() throws IOException;
    }

    /** Does {@code work} on a thread for files; {@code failed} runs on the loop. */
    private void inFiles(FileWork work, Consumer<Exception> failed) {
        try {
            files.execute(() -> {
                try {
                    work.run();
                } catch (IOException | RuntimeException e) {
                    loop.execute(() -> failed.accept(e));
                }
            });
        } catch (RejectedExecutionException full) {
            loop.execute(() -> failed.accept(new IOException("too much waits for the disk", full)));
        }
    }
}
