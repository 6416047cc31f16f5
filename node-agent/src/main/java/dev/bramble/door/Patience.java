package dev.bramble.door;

import java.io.Closeable;
import java.time.Duration;

/**
 * How long one connection may still keep us waiting. When it runs out, the {@link Watchdog} closes the connection under
 * whoever reads or writes it. Socket timeouts would not do: they bound single reads, never a write, and a peer that
 * sends a byte now and then is within them for ever.
 */
final class Patience {
    /** What must move before a transfer's patience is whole again: a peer slower than 2 kB/s is as good as gone. */
    static final int PROGRESS_BYTES = 64 << 10;

    private static final long NEVER = Long.MAX_VALUE;
    // So that deadlines are positive and comparable with NEVER.
    private static final long ORIGIN_NANOS = System.nanoTime();

    private final Closeable connection;
    private volatile long deadlineNanos = NEVER;
    private volatile boolean ranOut;
    private long stallNanos;
    private long stallLeftNanos;
    private long beganNanos;
    private long movedBytes;

    Patience(Closeable connection) {
        this.connection = connection;
    }

    private static long nowNanos() {
        return System.nanoTime() - ORIGIN_NANOS;
    }

    /** From now on, everything together may take so long. */
    void limit(Duration whole) {
        stallNanos = 0;
        deadlineNanos = nowNanos() + whole.toNanos();
    }

    /** No limit: it is we who keep the peer waiting. */
    void none() {
        stallNanos = 0;
        deadlineNanos = NEVER;
    }

    /**
     * From now on the peer may keep us waiting so long for each {@link #PROGRESS_BYTES}; our own time does not count.
     */
    void stall(Duration perProgress) {
        deadlineNanos = NEVER;
        stallNanos = perProgress.toNanos();
        stallLeftNanos = stallNanos;
        movedBytes = 0;
    }

    /** A read or write begins. */
    void begin() {
        if (stallNanos > 0) {
            beganNanos = nowNanos();
            deadlineNanos = beganNanos + stallLeftNanos;
        }
    }

    /** It ended, having moved so many bytes. */
    void end(int bytes) {
        if (stallNanos == 0) {
            return;
        }
        deadlineNanos = NEVER;
        stallLeftNanos -= nowNanos() - beganNanos;
        movedBytes += Math.max(0, bytes);
        if (movedBytes >= PROGRESS_BYTES) {
            movedBytes = 0;
            stallLeftNanos = stallNanos;
        }
    }

    /** Whether it ran out, and the connection was closed for it. */
    boolean ranOut() {
        return ranOut;
    }

    /** Closes the connection now. */
    void cut() {
        Watchdog.closeQuietly(connection);
    }

    /** Closes the connection if it has run out. */
    void check() {
        if (nowNanos() > deadlineNanos && !ranOut) {
            ranOut = true;
            cut();
        }
    }
}
