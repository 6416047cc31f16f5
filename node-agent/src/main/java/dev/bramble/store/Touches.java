package dev.bramble.store;

import dev.bramble.model.BlobId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which copies were written or read lately. Such a copy may be about to be counted on: between the flush of an upload
 * and its record in the ledger nobody else knows of it, and an older order to drop the same bytes must not hit it. Safe
 * for many threads.
 */
public final class Touches {
    /** From the flush or the last read of a copy to its record in the ledger: an election and a slow flush fit in. */
    public static final Duration FRESH_FOR = Duration.ofSeconds(60);
    /** Beyond it those that are not fresh any more are forgotten; each takes some hundred bytes. */
    private static final int REMEMBERED_MAX = 10_000;

    private final LongSupplier nanos;
    private final long sinceNanos;
    private final Map<BlobId, Touch> touches = new HashMap<>();

    private static final class Touch {
        int readers;
        long lastNanos;
    }

    /** @param nanos a clock that never goes back */
    public Touches(LongSupplier nanos) {
        this.nanos = nanos;
        this.sinceNanos = nanos.getAsLong();
    }

    /** Its copy was flushed just now. */
    public synchronized void written(BlobId blob) {
        touch(blob).lastNanos = nanos.getAsLong();
    }

    public synchronized void readBegins(BlobId blob) {
        Touch touch = touch(blob);
        touch.readers++;
        touch.lastNanos = nanos.getAsLong();
    }

    public synchronized void readEnds(BlobId blob) {
        Touch touch = touch(blob);
        touch.readers = Math.max(0, touch.readers - 1);
        touch.lastNanos = nanos.getAsLong();
    }

    /** Whether it is read now, or was read or written lately; of what came before the start nothing is known. */
    public synchronized boolean isFresh(BlobId blob) {
        Touch touch = touches.get(blob);
        if (touch == null) {
            return isRecent(sinceNanos);
        }
        return touch.readers > 0 || isRecent(touch.lastNanos);
    }

    private boolean isRecent(long thenNanos) {
        return nanos.getAsLong() - thenNanos < FRESH_FOR.toNanos();
    }

    private Touch touch(BlobId blob) {
        if (touches.size() >= REMEMBERED_MAX && !touches.containsKey(blob)) {
            touches.values().removeIf(touch -> touch.readers == 0 && !isRecent(touch.lastNanos));
        }
        return touches.computeIfAbsent(blob, b -> new Touch());
    }
}
