package dev.bramble.worker.process;

import dev.bramble.model.AttemptId;
import dev.bramble.time.ThreadEventLoop;
import dev.bramble.worker.Workers.Collected;
import dev.bramble.worker.Workers.LogPiece;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Workers in a folder of their own, on a loop of their own, for tests that wait. */
final class Bed implements AutoCloseable {
    /** Far more than anything here takes on a busy machine. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A variable by which the processes of a test are found from outside. */
    static final String MARK = "BRAMBLE_TEST_MARK";

    private static final int UIDS_PER_BED = 16;
    private static final AtomicInteger NEXT_UID = new AtomicInteger(50_000);

    private static final Duration POLL = Duration.ofMillis(5);

    final ProcessWorkers workers;
    final Path folder;
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final ThreadEventLoop loop = new ThreadEventLoop("test-loop", failures::add);

    Bed(ProcessSettings settings) throws IOException {
        folder = settings.folder();
        workers = ProcessWorkers.open(settings, loop);
    }

    /** In a new folder; skips the test where this machine cannot give {@code cage}. */
    static Bed open(Cage cage) throws IOException {
        cage.assumePossible();
        ProcessSettings settings = cage.settings(newFolder());
        // Beds that are open at the same time share no user: whoever ends the tasks of one would end the other's.
        return new Bed(cage.ofRoot ? settings.withUidBase(NEXT_UID.getAndAdd(UIDS_PER_BED)) : settings);
    }

    /** One that other users may pass through, as they may through an agent's. */
    static Path newFolder() throws IOException {
        Path folder = Files.createTempDirectory("bramble-worker-test");
        Files.setPosixFilePermissions(folder, AttemptFolder.PASSABLE);
        return folder;
    }

    /** With all that other users may have left in it. */
    static void delete(Path folder) throws IOException {
        try {
            new ProcessBuilder("rm", "-rf", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes {@code bed}, if it could be opened, and deletes its folder. */
    static void discard(Bed bed) throws IOException {
        if (bed != null) {
            bed.close();
            delete(bed.folder);
        }
    }

    Trial start(TestOrder order) {
        return start(order.make());
    }

    Trial start(ProcessOrder order) {
        Trial trial = new Trial(order.attempt());
        loop.execute(() -> workers.start(order, trial));
        return trial;
    }

    Trial sh(String script) {
        return start(TestOrder.sh(script));
    }

    void stop(Trial trial, Duration grace) {
        loop.execute(() -> workers.stop(trial.attempt, grace));
    }

    Optional<LogPiece> log(AttemptId attempt, Stream stream, long offset, int bytesMax) {
        return get(onLoop(() -> workers.log(attempt, stream, offset, bytesMax)));
    }

    Collected collect(Trial trial, String... patterns) {
        return get(onLoop(() -> workers.collect(trial.attempt, List.of(patterns))));
    }

    Collected collectCheckpoint(Trial trial, long bytesMax) {
        return get(onLoop(() -> workers.collectCheckpoint(trial.attempt, bytesMax)));
    }

    void discard(Trial trial) {
        loop.execute(() -> workers.discard(trial.attempt));
    }

    private <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> call) {
        CompletableFuture<CompletionStage<T>> made = new CompletableFuture<>();
        loop.execute(() -> made.complete(call.get()));
        return get(made);
    }

    /** Of an attempt that is not discarded yet. */
    Path folderOf(Trial trial) {
        CompletableFuture<Path> path = new CompletableFuture<>();
        loop.execute(() -> path.complete(workers.folder(trial.attempt).path()));
        return get(path);
    }

    static <T> T get(CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** Waits until {@code condition} holds. */
    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** How many living processes have the variable {@link #MARK} with {@code value} in their environment. */
    static long living(String value) {
        return processes()
                .filter(process ->
                        isAlive(process) && read(process.resolve("environ")).contains(MARK + "=" + value))
                .count();
    }

    /** The numbers of living processes with {@code argument} among their arguments. */
    static List<String> processesOf(String argument) {
        return processes()
                .filter(process -> isAlive(process)
                        && List.of(read(process.resolve("cmdline")).split("\0")).contains(argument))
                .map(process -> process.getFileName().toString())
                .toList();
    }

    private static java.util.stream.Stream<Path> processes() {
        try (var list = Files.list(Path.of("/proc"))) {
            return list.filter(path -> path.getFileName().toString().matches("\\d+")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAlive(Path process) {
        String stat = read(process.resolve("stat"));
        return !stat.isEmpty() && "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public void close() {
        workers.close();
        loop.close();
    }
}
