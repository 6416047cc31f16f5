package dev.bramble.dashboard.screen;

import dev.bramble.dashboard.http.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One page at which somebody looks, or many with the same eyes: it is asked and written once a second for all of them.
 * Safe for many threads.
 */
final class LivePage {
    /** People see no more than that, and a bramble's figures move no faster. */
    static final Duration TICK = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(LivePage.class.getName());

    private final Supplier<List<Part>> load;
    private final LiveParts parts;
    private int lookers;
    private String trouble = "";
    private long beat;
    private boolean isStopped;

    /** @param load asks the bramble; blocks */
    LivePage(Supplier<List<Part>> load, Function<Part, String> write) {
        this.load = load;
        this.parts = new LiveParts(write);
    }

    /**
     * What is new to a looker.
     *
     * @param trouble why the page cannot be told now; empty when it can
     */
    record News(long version, List<String> elements, String trouble) {}

    synchronized void join() {
        lookers++;
    }

    /** @return whether nobody looks any more */
    synchronized boolean leave() {
        lookers--;
        notifyAll();
        return lookers == 0;
    }

    /** Goes on as long as somebody looks. */
    void run() throws InterruptedException {
        long next = System.nanoTime();
        while (isLookedAt()) {
            look();
            next += TICK.toNanos();
            // After a pause of the whole machine nothing is made up for.
            next = Math.max(next, System.nanoTime());
            awaitUntil(next);
        }
    }

    private synchronized boolean isLookedAt() {
        return lookers > 0;
    }

    private synchronized void awaitUntil(long nanos) throws InterruptedException {
        for (long left = nanos - System.nanoTime(); left > 0 && lookers > 0; left = nanos - System.nanoTime()) {
            wait(Math.max(1, Duration.ofNanos(left).toMillis()));
        }
    }

    private void look() {
        Optional<List<Part>> loaded = Optional.empty();
        String wrong = "";
        try {
            loaded = Optional.of(load.get());
        } catch (ProblemException problem) {
            wrong = problem.getMessage();
        } catch (RuntimeException fault) {
            LOG.log(Level.SEVERE, "a page cannot be kept up to date", fault);
            wrong = "this head has a fault, see its log: what is here is no longer kept up to date";
        }
        synchronized (this) {
            loaded.ifPresent(parts::show);
            trouble = wrong;
            beat++;
            notifyAll();
        }
    }

    /** Waits for something that is new after this version, for the looker's end, or for {@code limit}. */
    synchronized News await(long seen, String seenTrouble, BooleanSupplier isOver, Duration limit)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        long left = limit.toNanos();
        while (!isStopped
                && !isOver.getAsBoolean()
                && left > 0
                && (beat == 0 || parts.version() == seen && trouble.equals(seenTrouble))) {
            wait(Math.max(1, Duration.ofNanos(left).toMillis()));
            left = end - System.nanoTime();
        }
        return new News(parts.version(), parts.after(seen), trouble);
    }

    /** Whoever waits looks whether that is still what to do. */
    synchronized void wake() {
        notifyAll();
    }

    /** Nobody waits any longer. */
    synchronized void stop() {
        isStopped = true;
        notifyAll();
    }
}
