package dev.bramble.cluster.jgroups;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a log readable while something goes wrong many times: one line about each thing in a while. Any thread. */
final class Seldom {
    /** Things remembered; a flood of new ones is not worth more lines. */
    private static final int THINGS_MAX = 256;

    private final long everyNanos;
    private final Map<Object, Long> saidNanos = new ConcurrentHashMap<>();

    Seldom(Duration every) {
        this.everyNanos = every.toNanos();
    }

    /** Whether it is time for a line about this. */
    boolean isDue(Object thing) {
        long now = System.nanoTime();
        if (saidNanos.size() >= THINGS_MAX) {
            saidNanos.values().removeIf(then -> now - then > everyNanos);
        }
        Long last = saidNanos.get(thing);
        if ((last != null && now - last < everyNanos) || saidNanos.size() >= THINGS_MAX) {
            return false;
        }
        saidNanos.put(thing, now);
        return true;
    }
}
