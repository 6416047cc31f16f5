package dev.bramble.cli.connect;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Ends a body that stopped coming: the HTTP client limits the wait for an answer's beginning only. */
final class StallGuard extends FilterInputStream {
    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "stall-guard");
        thread.setDaemon(true);
        return thread;
    });

    static {
        TIMER.setRemoveOnCancelPolicy(true);
    }

    private final Duration stallMax;
    private volatile boolean isStalled;

    private StallGuard(InputStream body, Duration stallMax) {
        super(body);
        this.stallMax = stallMax;
    }

    static InputStream over(InputStream body, Duration stallMax) {
        return new StallGuard(body, stallMax);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        ScheduledFuture<?> alarm = TIMER.schedule(this::giveUp, stallMax.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return super.read(buffer, offset, length);
        } catch (IOException e) {
            throw isStalled ? new IOException("nothing more came for " + stallMax.toSeconds() + " s", e) : e;
        } finally {
            alarm.cancel(false);
        }
    }

    private void giveUp() {
        isStalled = true;
        try {
            super.close();
        } catch (IOException alreadyGone) {
            // The reader gets an exception of its own.
        }
    }
}
