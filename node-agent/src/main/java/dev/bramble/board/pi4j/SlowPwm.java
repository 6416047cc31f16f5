package dev.bramble.board.pi4j;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Holds a fan's control line so that it turns at a share of its speed, by a thread: the boards' own pulse generator
 * needs a change of the device tree, which Debian's kernel brings none of. Full speed and standing still need no
 * thread's time.
 */
final class SlowPwm implements AutoCloseable {
    /**
     * Fifty a second: slow enough for a thread to be exact to a few percent, fast enough that a fan's weight carries it
     * over the pauses.
     */
    static final Duration PERIOD = Duration.ofMillis(20);

    /** Whoever decides says it every second: silent for so long, they hang. */
    static final Duration SAID_COUNTS = Duration.ofSeconds(10);

    private static final int FULL_PERCENT = 100;

    private final Consumer<Boolean> line;
    private final LongSupplier nanos;
    private final Thread thread;
    private volatile Said said;
    private volatile boolean isClosed;

    private record Said(int percent, long atNanos) {}

    /** @param line told true to have the fan turn at full speed, false to hold it back */
    SlowPwm(Consumer<Boolean> line, LongSupplier nanos) {
        this.line = line;
        this.nanos = nanos;
        this.said = new Said(FULL_PERCENT, nanos.getAsLong());
        this.thread = Thread.ofPlatform().daemon().name("fan").unstarted(this::run);
        line.accept(true);
        thread.start();
    }

    void set(int next) {
        boolean isNews = said.percent() != next;
        said = new Said(next, nanos.getAsLong());
        if (isNews) {
            LockSupport.unpark(thread);
        }
    }

    /** What was said, while that counts. */
    int percent() {
        Said last = said;
        return nanos.getAsLong() - last.atNanos() < SAID_COUNTS.toNanos() ? last.percent() : FULL_PERCENT;
    }

    /** How long of each period the fan is driven. */
    static Duration driven(int percent) {
        return PERIOD.multipliedBy(percent).dividedBy(FULL_PERCENT);
    }

    private void run() {
        try {
            boolean isDriven = true;
            while (!isClosed) {
                int now = percent();
                boolean isSteady = now <= 0 || now >= FULL_PERCENT;
                boolean next = isSteady ? now > 0 : !isDriven;
                if (next != isDriven) {
                    line.accept(next);
                    isDriven = next;
                }
                if (isSteady) {
                    LockSupport.parkNanos(this, SAID_COUNTS.toNanos());
                } else {
                    Duration driven = driven(now);
                    LockSupport.parkNanos(this, (isDriven ? driven : PERIOD.minus(driven)).toNanos());
                }
            }
        } finally {
            // Also when the line failed once: the next word may reach it.
            line.accept(true);
        }
    }

    /** Ends at full speed. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(PERIOD.multipliedBy(FULL_PERCENT));
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
