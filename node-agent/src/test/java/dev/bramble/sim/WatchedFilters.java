package dev.bramble.sim;

import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.store.SimBlobStore;
import dev.bramble.worker.Filters;
import dev.bramble.worker.SimFilters;
import java.time.Duration;
import java.util.function.Consumer;

/** Lets the invariants see what batches really ran, beside the code under test. */
final class WatchedFilters implements Filters {
    private final SimFilters inner;
    private final SimNode node;
    private final SimBlobStore disk;
    private final Invariants invariants;

    WatchedFilters(SimFilters inner, SimNode node, SimBlobStore disk, Invariants invariants) {
        this.inner = inner;
        this.node = node;
        this.disk = disk;
        this.invariants = invariants;
    }

    void halt() {
        inner.halt();
    }

    @Override
    public void run(BatchOrder order, Consumer<BatchEnded> ended) {
        invariants.started(node, order.batch(), order.program().limits());
        inner.run(order, end -> {
            invariants.batchEnded(node, order.batch());
            if (end.answers() instanceof Answers.InFile file) {
                // Where the node's store can take it from.
                disk.write(file.file(), inner.bytes(file.file()).orElseThrow());
            }
            ended.accept(end);
        });
    }

    @Override
    public void stop(AttemptId batch, Duration grace) {
        invariants.stopped(batch);
        inner.stop(batch, grace);
    }

    @Override
    public void release(JobId job) {
        inner.release(job);
    }

    @Override
    public boolean hasIdle(JobId job, int retryEpoch) {
        return inner.hasIdle(job, retryEpoch);
    }

    @Override
    public int processes() {
        return inner.processes();
    }

    @Override
    public long idleMemoryBytes() {
        return inner.idleMemoryBytes();
    }

    @Override
    public void endIdle() {
        inner.endIdle();
    }

    @Override
    public void close() {
        inner.close();
    }
}
