package dev.bramble.door;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks after everybody's {@link Patience} a few times a second. A platform thread: virtual ones may all be busy
 * encrypting just when it is needed.
 */
final class Watchdog implements AutoCloseable {
    /** How much later than due a connection may be cut. */
    private static final Duration TICK = Duration.ofMillis(250);

    private final Set<Patience> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor thread;

    Watchdog(String name) {
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread daemon = new Thread(task, name);
            daemon.setDaemon(true);
            return daemon;
        });
        thread.scheduleWithFixedDelay(
                () -> watched.forEach(Patience::check), TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    Patience watch(Closeable connection) {
        Patience patience = new Patience(connection);
        watched.add(patience);
        return patience;
    }

    void forget(Patience patience) {
        watched.remove(patience);
    }

    static void closeQuietly(Closeable connection) {
        try {
            connection.close();
        } catch (IOException already) {
            // It is being given up; there is nobody to tell.
        }
    }

    /** Closes every connection that is still watched: from now on nobody would. */
    @Override
    public void close() {
        thread.shutdownNow();
        watched.forEach(Patience::cut);
        watched.clear();
    }
}
