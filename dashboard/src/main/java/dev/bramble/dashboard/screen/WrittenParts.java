package dev.bramble.dashboard.screen;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Elements of parts that were written a moment ago: many who look at the same are not made to wait for the same to be
 * written for each. A fragment reads nothing but its record, so whoever may see equal records sees equal elements; what
 * somebody may do or see is in the record or in nothing. Safe for many threads.
 */
final class WrittenParts implements Function<Part, String> {
    /**
     * What a hundred boards' pages show within some seconds. Figures move every second, so older ones are hardly ever
     * asked for again.
     */
    static final int CHARS_MAX = 4 << 20;

    private record Key(String template, String fragment, Object it) {}

    private final Function<Part, String> write;
    private final Map<Key, String> newest = new LinkedHashMap<>(1_024, 0.75f, true);
    private int chars;

    /** @param write makes a part's element, of its template, its fragment and its record alone */
    WrittenParts(Function<Part, String> write) {
        this.write = write;
    }

    @Override
    public String apply(Part part) {
        Key key = new Key(part.template(), part.fragment(), part.it());
        String known;
        synchronized (this) {
            known = newest.get(key);
        }
        if (known != null) {
            return known;
        }
        String written = write.apply(part);
        keep(key, written);
        return written;
    }

    private synchronized void keep(Key key, String written) {
        String before = newest.put(key, written);
        chars += written.length() - (before == null ? 0 : before.length());
        for (Iterator<String> oldest = newest.values().iterator(); chars > CHARS_MAX && oldest.hasNext(); ) {
            chars -= oldest.next().length();
            oldest.remove();
        }
    }
}
