package dev.bramble.dashboard.screen;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What the parts of one page look like now, and since when: so that each is written once, however many look, and each
 * looker gets what is new to it. For one thread at a time.
 */
final class LiveParts {
    private final Function<Part, String> write;
    private final Map<String, Shown> byId = new LinkedHashMap<>();
    private long version;

    /**
     * @param key what it showed when it was written
     * @param html empty when it was written within its list
     */
    private record Shown(Object key, String html, long version) {}

    /** @param write makes a part's element */
    LiveParts(Function<Part, String> write) {
        this.write = write;
    }

    /** Grows when something has changed. */
    long version() {
        return version;
    }

    /** Writes what has changed. */
    void show(List<Part> parts) {
        long next = version + 1;
        Set<String> there = new HashSet<>();
        boolean hasChanged = false;
        for (Part part : parts) {
            there.add(part.id());
            part.rows().forEach(row -> there.add(row.id()));
            if (differs(part)) {
                byId.put(part.id(), new Shown(part.key(), write.apply(part), next));
                part.rows().forEach(row -> byId.put(row.id(), new Shown(row.key(), "", next)));
                hasChanged = true;
                continue;
            }
            for (Part row : part.rows()) {
                if (differs(row)) {
                    byId.put(row.id(), new Shown(row.key(), write.apply(row), next));
                    hasChanged = true;
                }
            }
        }
        byId.keySet().retainAll(there);
        if (hasChanged) {
            version = next;
        }
    }

    private boolean differs(Part part) {
        Shown shown = byId.get(part.id());
        return shown == null || !shown.key().equals(part.key());
    }

    /** Elements that were written after that version, oldest first: a list comes before its rows. */
    List<String> after(long seen) {
        List<Shown> news = new ArrayList<>();
        for (Shown shown : byId.values()) {
            if (shown.version() > seen && !shown.html().isEmpty()) {
                news.add(shown);
            }
        }
        news.sort(Comparator.comparingLong(Shown::version));
        return news.stream().map(Shown::html).toList();
    }
}
