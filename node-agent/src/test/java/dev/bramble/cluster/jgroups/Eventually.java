package dev.bramble.cluster.jgroups;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for a condition of a live cluster, with a bound far above what it takes on an idle machine. */
final class Eventually {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private Eventually() {}

    /** Repeats the assertion until it holds; its last failure is the test's. */
    static void assertThatSoon(ThrowingCallable assertion) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (true) {
            try {
                assertion.call();
                return;
            } catch (Throwable notYet) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("still after " + BOUND.toSeconds() + " s: " + notYet.getMessage(), notYet);
                }
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
        }
    }
}
