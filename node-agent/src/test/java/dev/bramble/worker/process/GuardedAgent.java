package dev.bramble.worker.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** An agent that renews its one attempt for as long as it is awake; for tests that freeze or kill it. */
final class GuardedAgent {
    static final Duration LEASE = Duration.ofSeconds(3);
    static final Duration GRACE = Duration.ofMillis(300);
    /** Before each renewal: until when it may run, in nanoseconds. */
    static final String PROMISE = "until ";

    private static final Duration RENEW_EVERY = Duration.ofMillis(100);

    private GuardedAgent() {}

    /** @param words cage, folder, mark, script */
    public static void main(String[] words) throws IOException {
        try (Bed bed = new Bed(Cage.valueOf(words[0]).settings(Path.of(words[1])))) {
            Trial trial =
                    bed.start(TestOrder.sh(words[3]).env(Bed.MARK, words[2]).guarded(LEASE, GRACE));
            trial.pid();
            System.out.println("running");
            AtomicBoolean over = new AtomicBoolean();
            while (!over.get()) {
                // Dated by the loop, as a renewal is: one that was asked for before a freeze gives no time after it.
                bed.loop.execute(() -> {
                    if (trial.hasEnded()) {
                        over.set(true);
                    } else {
                        long untilNanos = System.nanoTime() + LEASE.toNanos();
                        // In one piece: a freeze leaves no half line.
                        System.out.print(PROMISE + untilNanos + "\n");
                        bed.workers.renew(trial.attempt, untilNanos);
                    }
                });
                LockSupport.parkNanos(RENEW_EVERY.toNanos());
            }
            System.out.println(trial.exit());
        }
    }
}
