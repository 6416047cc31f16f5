package dev.bramble.time;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one thread that owns an agent's mutable state, with its timers and its monotonic clock.
 *
 * <p>Everything else (network threads, the consensus engine, process watchers, disk workers) hands its results over
 * with {@link #execute}. In the simulation many loops share one thread and a virtual clock.
 */
public interface EventLoop extends Executor {
    /** Monotonic nanoseconds from an arbitrary origin. Any thread may read it. */
    long nanos();

    /** Runs {@code task} on the loop, after everything posted before it. Any thread may call. */
    @Override
    void execute(Runnable task);

    /** Runs {@code task} on the loop once {@code delay} has passed. Any thread may call. */
    Timer after(Duration delay, Runnable task);

    /** A task that waits for its time. */
    interface Timer {
        /** Prevents the task from running if it has not begun; harmless otherwise. */
        void cancel();
    }
}
