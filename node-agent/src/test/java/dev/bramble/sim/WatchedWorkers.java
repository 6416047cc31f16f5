package dev.bramble.sim;

import dev.bramble.model.AttemptId;
import dev.bramble.store.SimBlobStore;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** Lets the invariants see what processes really ran, beside the code under test. */
final class WatchedWorkers implements Workers {
    private final SimWorkers inner;
    private final SimNode node;
    private final SimBlobStore disk;
    private final Invariants invariants;
    private final Defect defect;
    private final TreeSet<AttemptId> folders = new TreeSet<>();
    private int stops;

    WatchedWorkers(SimWorkers inner, SimNode node, SimBlobStore disk, Simulation simulation) {
        this.inner = inner;
        this.node = node;
        this.disk = disk;
        this.invariants = simulation.invariants;
        this.defect = simulation.defect;
        inner.whenGone(invariants::gone);
    }

    /** Attempts whose folder is still there. */
    int folders() {
        return folders.size();
    }

    /** How many processes were to stop. */
    int stops() {
        return stops;
    }

    /** The agent dies, and every process it had. */
    void halt() {
        invariants.killed(node);
        inner.halt();
    }

    @Override
    public Privilege privilege() {
        return inner.privilege();
    }

    @Override
    public void start(ProcessOrder order, Watcher watcher) {
        invariants.started(node, order.attempt(), order.limits());
        folders.add(order.attempt());
        inner.start(defect.ordered(order), new Watcher() {
            @Override
            public void started(long pid) {
                watcher.started(pid);
            }

            @Override
            public void ended(Ended ended) {
                invariants.ended(node, order.attempt(), ended);
                watcher.ended(ended);
            }
        });
    }

    @Override
    public void stop(AttemptId attempt, Duration grace) {
        stops++;
        invariants.stopped(attempt);
        inner.stop(attempt, grace);
    }

    @Override
    public void renew(AttemptId attempt, long untilNanos) {
        inner.renew(attempt, untilNanos);
    }

    @Override
    public CompletionStage<Optional<LogPiece>> log(AttemptId attempt, Stream stream, long offset, int bytesMax) {
        return inner.log(attempt, stream, offset, bytesMax);
    }

    /** What was found is put where the node's store can take it from. */
    @Override
    public CompletionStage<Collected> collect(AttemptId attempt, List<String> patterns) {
        return inner.collect(attempt, patterns).thenApply(this::onDisk);
    }

    @Override
    public CompletionStage<Collected> collectCheckpoint(AttemptId attempt, long bytesMax) {
        return inner.collectCheckpoint(attempt, bytesMax).thenApply(this::onDisk);
    }

    private Collected onDisk(Collected collected) {
        collected
                .files()
                .forEach(
                        file -> disk.write(file.path(), inner.bytes(file.path()).orElseThrow()));
        return collected;
    }

    @Override
    public byte[] read(CollectedFile file) throws IOException {
        return inner.read(file);
    }

    @Override
    public void discard(AttemptId attempt) {
        folders.remove(attempt);
        inner.discard(attempt);
    }

    @Override
    public void close() {
        inner.close();
    }
}
