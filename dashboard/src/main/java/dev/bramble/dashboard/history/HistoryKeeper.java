package dev.bramble.dashboard.history;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Writes figures to the disk, on a thread of its own: the watch never waits for a card. Whatever the disk refuses is
 * lost for charts after the next start, and for nothing else.
 */
final class HistoryKeeper implements AutoCloseable {
    /** Slots that wait for a disk that is stuck: eight minutes; later ones are dropped. */
    private static final int WAITING_MAX = 4;
    /** A disk that refuses every two minutes is told of once an hour. */
    private static final Duration TELL_EVERY = Duration.ofHours(1);
    /** For the slot that is being written when the head stops. */
    private static final Duration STOP_MAX = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(HistoryKeeper.class.getName());

    private final HistoryFile file;
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("history").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    private long toldNanos = System.nanoTime() - TELL_EVERY.toNanos();

    HistoryKeeper(Path folder, String ledger) throws IOException {
        file = new HistoryFile(folder, ledger);
    }

    /** What was kept, oldest first; nothing when the disk gives none. Blocks; before the first {@link #keep}. */
    List<KeptSlot> read() {
        try {
            List<KeptSlot> kept = file.read();
            file.troubles().forEach(trouble -> LOG.warning("history for charts: " + trouble));
            LOG.info("history for charts: " + kept.size() + " slots of two minutes are kept on the disk");
            return kept;
        } catch (IOException failure) {
            tell(failure);
            return List.of();
        }
    }

    void keep(KeptSlot slot) {
        writer.execute(() -> {
            try {
                file.append(slot);
            } catch (IOException failure) {
                tell(failure);
            }
        });
    }

    private void tell(IOException failure) {
        if (System.nanoTime() - toldNanos >= TELL_EVERY.toNanos()) {
            toldNanos = System.nanoTime();
            LOG.log(Level.WARNING, "history for charts cannot be kept on the disk, only in memory", failure);
        }
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            if (writer.awaitTermination(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                file.close();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException closed) {
            // Each slot was flushed when it was written.
        }
    }
}
