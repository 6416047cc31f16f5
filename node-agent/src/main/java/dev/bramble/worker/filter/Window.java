package dev.bramble.worker.filter;

import java.time.Duration;

/**
 * How many lines a process may owe, by its own speed: few, so that a crash replays few, and enough that a fast program
 * always has the next line in its pipe. Times in nanoseconds of one monotonic clock.
 */
public final class Window {
    /** Enough to see the speed, and cheap to replay one by one. */
    static final int LINES_FIRST = 16;
    /** While one line is worked on, the next is there. */
    static final int LINES_MIN = 2;
    /** Short lines fill a pipe of 64 KiB, or nearly; one by one they are replayed in a second or so. */
    static final int LINES_MAX = 16_384;
    /** A window that is answered faster than this waits for nothing but the next. */
    private static final long FAST_NANOS = Duration.ofMillis(25).toNanos();
    /** A crash shall not repeat more work than this. */
    private static final long SLOW_NANOS = Duration.ofMillis(100).toNanos();

    private int lines = LINES_FIRST;
    private int answered;
    private long sinceNanos;

    int lines() {
        return lines;
    }

    /** A pause ended that says nothing of the speed. */
    void resume(long nowNanos) {
        answered = 0;
        sinceNanos = nowNanos;
    }

    void answered(int count, long nowNanos) {
        answered += count;
        long elapsed = nowNanos - sinceNanos;
        if (elapsed > SLOW_NANOS) {
            lines = Math.max(LINES_MIN, Math.min(lines, answered));
            resume(nowNanos);
        } else if (answered >= lines) {
            lines = elapsed < FAST_NANOS ? Math.min(LINES_MAX, lines * 4) : lines;
            resume(nowNanos);
        }
    }
}
