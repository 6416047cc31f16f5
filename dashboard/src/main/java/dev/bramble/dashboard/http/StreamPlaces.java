package dev.bramble.dashboard.http;

import dev.bramble.model.Refusal;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds how many streams are open, of events and of pages together. A stream is the virtual thread of its own request,
 * which sleeps most of the time and holds none of the {@link Places}. Safe for many threads.
 */
public final class StreamPlaces {
    /** Half of those who may wait on the control port at once; a stream costs some 20 kB, and a connection or less. */
    public static final int STREAMS_MAX = 128;
    /** One user's open tabs, or a script that forgets to close, leave room for others. */
    public static final int STREAMS_OF_USER_MAX = 64;

    private final Map<String, Integer> openOfUser = new HashMap<>();
    private int open;

    /** Holds a place until it is closed. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws ProblemException when there is none left */
    public synchronized Held hold(String user) {
        int ofUser = openOfUser.getOrDefault(user, 0);
        if (open >= STREAMS_MAX || ofUser >= STREAMS_OF_USER_MAX) {
            String whose = ofUser >= STREAMS_OF_USER_MAX ? user + " has " + ofUser : "this head has " + open;
            throw ProblemException.of(
                    Refusal.Kind.UNAVAILABLE,
                    whose + " streams open, and no more are served: close a page or a program that follows events, or"
                            + " ask another head");
        }
        open++;
        openOfUser.put(user, ofUser + 1);
        return () -> release(user);
    }

    private synchronized void release(String user) {
        open--;
        openOfUser.computeIfPresent(user, (same, count) -> count == 1 ? null : count - 1);
    }

    /** How many are open now. */
    public synchronized int open() {
        return open;
    }
}
