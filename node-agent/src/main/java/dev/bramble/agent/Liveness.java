package dev.bramble.agent;

import dev.bramble.board.Watcher;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Tells the watcher, from the event loop itself, that the event loop is alive: one that hangs tells nothing, and the
 * watcher starts another process.
 */
final class Liveness {
    /** Of the watcher's patience: two words may be late before it is over. */
    private static final int SHARE = 3;
    /** Where nobody waits for it, only the status is told. */
    private static final Duration STATUS_EVERY = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Watcher watcher;
    private final Supplier<String> status;
    private final Duration every;
    private String told = "";

    private Liveness(EventLoop loop, Watcher watcher, Supplier<String> status) {
        this.loop = loop;
        this.watcher = watcher;
        this.status = status;
        Duration share =
                watcher.patience().map(patience -> patience.dividedBy(SHARE)).orElse(STATUS_EVERY);
        this.every = share.compareTo(STATUS_EVERY) < 0 ? share : STATUS_EVERY;
    }

    /**
     * From now on, until the loop ends.
     *
     * @param status what the process does now; told when it changes
     */
    static void begin(EventLoop loop, Watcher watcher, Supplier<String> status) {
        if (watcher.isThere()) {
            Liveness liveness = new Liveness(loop, watcher, status);
            loop.execute(() -> {
                watcher.ready();
                liveness.beat();
            });
        }
    }

    private void beat() {
        watcher.alive();
        String now = status.get();
        if (!now.equals(told)) {
            told = now;
            watcher.status(now);
        }
        loop.after(every, this::beat);
    }
}
