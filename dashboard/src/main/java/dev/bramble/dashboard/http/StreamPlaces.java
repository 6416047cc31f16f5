package dev.bramble.dashboard.http;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.model.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Bounds how many streams are open, of events and of pages together, and ends those whose reader may read no more: who
 * logged out, was disabled, or has another role now, at whichever head. A stream is the virtual thread of its own
 * request, which sleeps most of the time and holds none of the {@link Places}. Safe for many threads.
 */
public final class StreamPlaces {
    /** Half of those who may wait on the control port at once; a stream costs some 20 kB, and a connection or less. */
    public static final int STREAMS_MAX = 128;
    /** One user's open tabs, or a script that forgets to close, leave room for others. */
    public static final int STREAMS_OF_USER_MAX = 64;
    /** To who has just logged out that is at once; it is one question for all streams together. */
    static final Duration LOOK = Duration.ofMillis(250);

    private final Control control;
    private final Set<Place> places = new LinkedHashSet<>();
    private final Map<String, Integer> openOfUser = new HashMap<>();
    private boolean isWatching;

    public StreamPlaces(Control control) {
        this.control = control;
    }

    /** Holds a place until it is closed. */
    public interface Held extends AutoCloseable {
        /** Completes when the stream's reader may read no more. */
        CompletableFuture<Void> ended();

        @Override
        void close();
    }

    private final class Place implements Held {
        private final String user;
        private final Predicate<Views> isStillAllowed;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        Place(String user, Predicate<Views> isStillAllowed) {
            this.user = user;
            this.isStillAllowed = isStillAllowed;
        }

        @Override
        public CompletableFuture<Void> ended() {
            return ended;
        }

        @Override
        public void close() {
            release(this);
        }
    }

    /**
     * @param isStillAllowed whether the reader may read on; for use in a question
     * @throws ProblemException when there is no place left
     */
    public synchronized Held hold(String user, Predicate<Views> isStillAllowed) {
        int ofUser = openOfUser.getOrDefault(user, 0);
        if (places.size() >= STREAMS_MAX || ofUser >= STREAMS_OF_USER_MAX) {
            String whose = ofUser >= STREAMS_OF_USER_MAX ? user + " has " + ofUser : "this head has " + places.size();
            throw ProblemException.of(
                    Refusal.Kind.UNAVAILABLE,
                    whose + " streams open, and no more are served: close a page or a program that follows events, or"
                            + " ask another head");
        }
        Place place = new Place(user, isStillAllowed);
        places.add(place);
        openOfUser.put(user, ofUser + 1);
        if (!isWatching) {
            isWatching = true;
            Thread.ofVirtual().name("stream-places").start(this::watch);
        }
        return place;
    }

    private synchronized void release(Place place) {
        if (places.remove(place)) {
            openOfUser.computeIfPresent(place.user, (same, count) -> count == 1 ? null : count - 1);
            notifyAll();
        }
    }

    /** How many are open now. */
    public synchronized int open() {
        return places.size();
    }

    /** Goes on as long as a stream is open. */
    private void watch() {
        try {
            for (List<Place> all = next(); !all.isEmpty(); all = next()) {
                endThoseOf(all);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void endThoseOf(List<Place> all) {
        try {
            Waiting.await(control.read(
                            0,
                            views -> all.stream()
                                    .filter(place -> !place.isStillAllowed.test(views))
                                    .toList()))
                    .forEach(place -> place.ended.complete(null));
        } catch (RuntimeException cannotTell) {
            // The streams ask for what they send, so they meet the same and say so.
        }
    }

    /** Whom to look at, after a pause; nobody when the last one has left, and then the watch is over. */
    private synchronized List<Place> next() throws InterruptedException {
        long end = System.nanoTime() + LOOK.toNanos();
        for (long left = end - System.nanoTime(); left > 0 && !places.isEmpty(); left = end - System.nanoTime()) {
            wait(Math.max(1, Duration.ofNanos(left).toMillis()));
        }
        isWatching = !places.isEmpty();
        return List.copyOf(places);
    }
}
