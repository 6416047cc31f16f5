package dev.bramble.worker;

import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import java.time.Duration;
import java.util.function.Consumer;

public final class NoFilters implements Filters {
    @Override
    public void run(BatchOrder order, Consumer<BatchEnded> ended) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void stop(AttemptId batch, Duration grace) {}

    @Override
    public void release(JobId job) {}

    @Override
    public boolean hasIdle(JobId job, int retryEpoch) {
        return false;
    }

    @Override
    public long idleMemoryBytes() {
        return 0;
    }

    @Override
    public void endIdle() {}

    @Override
    public void close() {}
}
