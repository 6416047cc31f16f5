package dev.bramble.sim;

import dev.bramble.time.SimTime;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What happened, as a hash of everything and the newest events in words. */
final class Trace {
    private static final int KEPT = 50;

    private final SimTime time;
    private final Object[][] newest = new Object[KEPT][];
    private long count;
    private long hash;

    Trace(SimTime time) {
        this.time = time;
    }

    /** @param parts strings, numbers and ids: values whose hash depends on nothing but what they say */
    void note(Object... parts) {
        long nanos = time.nanos();
        hash = hash * 1_000_003 + nanos;
        for (Object part : parts) {
            hash = hash * 31 + part.hashCode();
        }
        newest[(int) (count++ % KEPT)] = new Object[] {nanos, parts};
    }

    long hash() {
        return hash;
    }

    long count() {
        return count;
    }

    String newest() {
        StringBuilder lines = new StringBuilder();
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            Object[] line = newest[(int) (i % KEPT)];
            lines.append("%12.6f s  ".formatted((long) line[0] / 1e9))
                    .append(Arrays.stream((Object[]) line[1])
                            .map(String::valueOf)
                            .collect(Collectors.joining(" ")))
                    .append('\n');
        }
        return lines.toString();
    }
}
