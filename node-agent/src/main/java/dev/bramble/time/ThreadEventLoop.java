package dev.bramble.time;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The real event loop: one platform thread. A task that throws is reported and the loop goes on. */
public final class ThreadEventLoop implements EventLoop, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;
    private final Consumer<Throwable> onFailure;
    private final AtomicLong lastTurnNanos = new AtomicLong(System.nanoTime());

    /**
     * @param name the thread's name
     * @param onFailure told of every exception that a task lets escape, on the loop
     */
    public ThreadEventLoop(String name, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    /** When the loop last finished a task, in {@link #nanos()}: a watchdog compares it with now. */
    public long lastTurnNanos() {
        return lastTurnNanos.get();
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException closing) {
            // The loop is closed: whatever an edge still has to say no longer matters to anyone.
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        try {
            var scheduled = executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closing) {
            return () -> {};
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable failure) {
                onFailure.accept(failure);
            } finally {
                lastTurnNanos.set(System.nanoTime());
            }
        };
    }

    /** Stops after the task that runs now; what waits is dropped. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
