package dev.bramble.dashboard.watch;

import dev.bramble.control.Control;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Asks the bramble how it is, once a second, for as long as the head serves. */
public final class Watch implements AutoCloseable {
    /** As often as nodes and the leader tell how they are: more would see the same twice. */
    public static final Duration EVERY = Duration.ofSeconds(1);
    /** A loop that has not answered by then answers nobody; the turn is left out. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(2);
    /** A fault that repeats every second is told once a minute. */
    private static final Duration TELL_EVERY = Duration.ofMinutes(1);

    /** The name of its thread. */
    public static final String THREAD = "watch";

    private static final Logger LOG = Logger.getLogger(Watch.class.getName());

    private final Control control;
    private final List<Consumer<Seen>> listeners;
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final Thread thread = Thread.ofPlatform().daemon().name(THREAD).unstarted(this::run);
    private long toldNanos;

    private Watch(Control control, List<Consumer<Seen>> listeners) {
        this.control = control;
        this.listeners = List.copyOf(listeners);
        this.toldNanos = System.nanoTime() - TELL_EVERY.toNanos();
    }

    /** @param listeners told on the watch's own thread, in this order; quick */
    public static Watch start(Control control, List<Consumer<Seen>> listeners) {
        Watch watch = new Watch(control, listeners);
        watch.thread.start();
        return watch;
    }

    /** This head's monotonic clock, in milliseconds. */
    public static long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }

    private void run() {
        long due = System.nanoTime();
        while (!pauseUntil(due)) {
            // One that was late does not make the next one early: two looks at the same second tell nothing.
            due = Math.max(due + EVERY.toNanos(), System.nanoTime());
            look();
        }
    }

    private boolean pauseUntil(long dueNanos) {
        try {
            stopping.get(Math.max(0, dueNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException due) {
            return false;
        } catch (InterruptedException | ExecutionException stop) {
            return true;
        }
    }

    private void look() {
        try {
            Seen seen = control.read(0, views -> Seen.of(views, nowMillis()))
                    .toCompletableFuture()
                    .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
            listeners.forEach(listener -> listener.accept(seen));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (Exception fault) {
            // A turn without an answer is a gap, never the end of the watch.
            if (System.nanoTime() - toldNanos >= TELL_EVERY.toNanos()) {
                toldNanos = System.nanoTime();
                LOG.log(Level.WARNING, "a look at the bramble failed", fault);
            }
        }
    }

    @Override
    public void close() {
        stopping.complete(null);
    }
}
