package dev.bramble.dashboard.alerts;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What one messenger still has to tell. What comes while it is busy goes into one message. Safe for many threads. */
final class Postbox implements AutoCloseable {
    /** News that wait; more than so many alerts there are not. */
    static final int WAITING_MAX = 2 * AlertBook.OPEN_MAX;
    /** One message tells what comes within it: boards that fall one after the other are one mail. */
    static final Duration GAP_MIN = Duration.ofSeconds(10);
    /** As many mails as a person bears. */
    static final int HOURLY_MAX = 30;
    /** Pauses before each further try: an address that is away for longer is the operator's alert to find. */
    static final List<Duration> RETRY_AFTER =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2));

    private static final Logger LOG = Logger.getLogger(Postbox.class.getName());

    /**
     * How it went the last time.
     *
     * @param atMillis of the system's monotonic clock
     * @param problem empty when it was taken
     */
    record Outcome(long atMillis, String problem) {}

    private record Letter(String bramble, String head, AlertBook.News news) {}

    private final Messenger messenger;
    private final Duration gap;
    private final List<Duration> retryAfter;
    private final LinkedBlockingQueue<Letter> waiting = new LinkedBlockingQueue<>(WAITING_MAX);
    private final ArrayDeque<Long> toldNanos = new ArrayDeque<>();
    private final ExecutorService thread;
    private volatile Optional<Outcome> last = Optional.empty();

    Postbox(Messenger messenger) {
        this(messenger, GAP_MIN, RETRY_AFTER);
    }

    Postbox(Messenger messenger, Duration gap, List<Duration> retryAfter) {
        this.messenger = messenger;
        this.gap = gap;
        this.retryAfter = retryAfter;
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("tell-alerts").factory());
        thread.execute(this::run);
    }

    String name() {
        return messenger.name();
    }

    Optional<Outcome> last() {
        return last;
    }

    /** Never blocks; what finds no room is on the page. */
    void put(String bramble, String head, List<AlertBook.News> news) {
        news.forEach(each -> waiting.offer(new Letter(bramble, head, each)));
    }

    /** Tells a test at once, past all limits: whoever asks for it waits for it. */
    Outcome test(String bramble, String head) {
        try {
            messenger.tell(Notice.test(bramble, head));
            return new Outcome(now(), "");
        } catch (IOException failure) {
            return new Outcome(now(), reason(failure));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Outcome(now(), "this head is stopping");
        }
    }

    private void run() {
        try {
            while (true) {
                Letter first = waiting.take();
                List<Letter> all = new ArrayList<>(List.of(first));
                waiting.drainTo(all);
                awaitTurn();
                waiting.drainTo(all);
                tell(Notice.of(
                        first.bramble(),
                        first.head(),
                        all.stream().map(Letter::news).toList()));
            }
        } catch (InterruptedException closed) {
            // Whoever takes over tells what began in the last minute.
        }
    }

    private void awaitTurn() throws InterruptedException {
        long hour = TimeUnit.HOURS.toNanos(1);
        while (!toldNanos.isEmpty() && System.nanoTime() - toldNanos.getFirst() > hour) {
            toldNanos.removeFirst();
        }
        if (toldNanos.size() >= HOURLY_MAX) {
            pause(Duration.ofNanos(toldNanos.getFirst() + hour - System.nanoTime()));
        } else if (!toldNanos.isEmpty()) {
            pause(gap.minusNanos(System.nanoTime() - toldNanos.getLast()));
        }
    }

    private static void pause(Duration length) throws InterruptedException {
        if (length.isPositive()) {
            Thread.sleep(length);
        }
    }

    private void tell(Notice notice) throws InterruptedException {
        toldNanos.addLast(System.nanoTime());
        for (int tries = 0; tries <= retryAfter.size(); tries++) {
            try {
                messenger.tell(notice);
                last = Optional.of(new Outcome(now(), ""));
                return;
            } catch (IOException failure) {
                last = Optional.of(new Outcome(now(), reason(failure)));
                LOG.log(Level.WARNING, "{0} did not take a message about alerts: {1}", new Object[] {
                    name(), reason(failure)
                });
            }
            if (tries < retryAfter.size()) {
                pause(retryAfter.get(tries));
            }
        }
    }

    private static String reason(IOException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
