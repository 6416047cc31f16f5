package dev.bramble.dashboard.screen;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.ServerEvents;
import dev.bramble.dashboard.http.StreamPlaces;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.Refusal;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Sends the parts of pages anew to those who look. Safe for many threads. */
public final class LivePages implements AutoCloseable {
    /** Different pages looked at: each is written once a second, some milliseconds of work, and kept, some 100 kB. */
    static final int PAGES_MAX = 64;

    private final StreamPlaces places;
    private final Function<Part, String> write;
    private final Map<Object, LivePage> byKey = new HashMap<>();
    private volatile boolean isStopping;

    /** @param write makes a part's element */
    LivePages(StreamPlaces places, Function<Part, String> write) {
        this.places = places;
        this.write = write;
    }

    /**
     * Serves a page's changes until the client leaves, may no longer look, or the head stops. Blocks.
     *
     * @param key who sees the same at the same address
     * @param load asks the bramble for the parts; blocks
     * @param isStillIn for use in a question
     */
    void serve(Context context, String user, Object key, Supplier<List<Part>> load, Predicate<Views> isStillIn) {
        try (StreamPlaces.Held place = places.hold(user, isStillIn)) {
            LivePage page = join(key, load);
            try {
                place.ended().thenRun(page::wake);
                send(ServerEvents.begin(context), page, place);
            } catch (IOException gone) {
                // The client has left, and nobody is there to be told.
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            } finally {
                leave(key, page);
            }
        }
    }

    private void send(ServerEvents out, LivePage page, StreamPlaces.Held place)
            throws IOException, InterruptedException {
        long seen = 0;
        String trouble = "";
        while (true) {
            LivePage.News news = page.await(seen, trouble, place.ended()::isDone, ServerEvents.HEARTBEAT);
            if (isStopping) {
                return;
            }
            if (place.ended().isDone()) {
                out.event("out", "log in again").flush();
                return;
            }
            news.elements().forEach(element -> out.event("part", element));
            if (!news.trouble().equals(trouble)) {
                out.event("trouble", news.trouble().isEmpty() ? "none" : Shown.sentence(news.trouble()));
            }
            if (!out.hasPending()) {
                // Not a comment: the page must know that it is told what there is.
                out.event("well", "nothing has changed");
            }
            out.flush();
            seen = news.version();
            trouble = news.trouble();
        }
    }

    private LivePage join(Object key, Supplier<List<Part>> load) {
        synchronized (byKey) {
            if (isStopping) {
                throw ProblemException.of(Refusal.Kind.UNAVAILABLE, "this head is stopping: ask another one");
            }
            LivePage known = byKey.get(key);
            if (known == null && byKey.size() >= PAGES_MAX) {
                throw ProblemException.of(
                        Refusal.Kind.UNAVAILABLE,
                        "this head keeps " + PAGES_MAX + " pages up to date and no more: load this one anew by hand");
            }
            if (known != null) {
                known.join();
                return known;
            }
            LivePage page = new LivePage(load, write);
            page.join();
            byKey.put(key, page);
            Thread.ofVirtual().name("live-page").start(() -> run(page));
            return page;
        }
    }

    private static void run(LivePage page) {
        try {
            page.run();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave(Object key, LivePage page) {
        synchronized (byKey) {
            if (page.leave()) {
                byKey.remove(key, page);
            }
        }
    }

    /** How many different pages are looked at. */
    int open() {
        synchronized (byKey) {
            return byKey.size();
        }
    }

    /** Ends all streams in good order; browsers come again, to another head. */
    @Override
    public void close() {
        isStopping = true;
        synchronized (byKey) {
            byKey.values().forEach(LivePage::stop);
        }
    }
}
