package dev.bramble.door;

import dev.bramble.store.SplicedBlobStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Lets so many bytes a second through, for all who share it, so that work keeps its part of link and card. */
public final class LinkPace implements SplicedBlobStream.Pace {
    /** What may come at once after a pause: a fifth of a second's worth, so that small files do not wait at all. */
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private long bytesPerSecond;
    /** When what was let through so far would have come at the pace. */
    private long paidUntilNanos = System.nanoTime();

    public LinkPace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** From now on. */
    public synchronized void set(long newBytesPerSecond) {
        bytesPerSecond = Math.max(1, newBytesPerSecond);
    }

    @Override
    public void take(int bytes) throws InterruptedIOException {
        long waitNanos = waitNanos(bytes);
        if (waitNanos > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(waitNanos);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while it waited for its turn");
            }
        }
    }

    private synchronized long waitNanos(int bytes) {
        long now = System.nanoTime();
        paidUntilNanos =
                Math.max(paidUntilNanos, now - BURST_NANOS) + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        return paidUntilNanos - now;
    }
}
