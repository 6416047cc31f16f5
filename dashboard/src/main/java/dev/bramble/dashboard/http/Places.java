package dev.bramble.dashboard.http;

import dev.bramble.model.Refusal;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Bounds how many requests are answered at the same time, of the interface and of pages together. */
public final class Places {
    /**
     * Each request may hold a page of {@value Page#LIMIT_MAX} items or a piece of a log, which is some 2 MB on its way
     * out, and a head has a heap of some 64 MB.
     */
    static final int REQUESTS_AT_ONCE_MAX = 32;
    /** Requests that wait for their turn; each costs some 20 kB. */
    static final int WAITING_MAX = 256;
    /** A burst has passed by then; who waited longer asks another head. */
    static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final Semaphore free;
    private final int waitingMax;
    private final Duration waitMax;

    public Places() {
        this(REQUESTS_AT_ONCE_MAX, WAITING_MAX, WAIT_MAX);
    }

    Places(int atOnceMax, int waitingMax, Duration waitMax) {
        this.free = new Semaphore(atOnceMax, true);
        this.waitingMax = waitingMax;
        this.waitMax = waitMax;
    }

    public void run(Handler handler, Context context) throws Exception {
        if (!free.tryAcquire() && !waitForOne()) {
            throw ProblemException.of(
                    Refusal.Kind.UNAVAILABLE,
                    "this head has more requests than it can answer: try again, or ask another head");
        }
        try {
            handler.handle(context);
        } finally {
            free.release();
        }
    }

    /** Waits within {@link #run} for something slow (a client, a job), and takes up no place meanwhile. */
    <T> T leaveFor(Supplier<T> wait) {
        free.release();
        try {
            return wait.get();
        } finally {
            free.acquireUninterruptibly();
        }
    }

    private boolean waitForOne() throws InterruptedException {
        return free.getQueueLength() < waitingMax && free.tryAcquire(waitMax.toMillis(), TimeUnit.MILLISECONDS);
    }
}
