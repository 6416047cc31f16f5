package dev.bramble.ledger;

import dev.bramble.time.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** The newest events, in one order on every copy of the ledger. Numbers go on when old ones are dropped. */
public final class EventRing {
    /** Events kept: some weeks of a busy lab, 3 MB at 300 bytes each. */
    public static final int EVENTS_MAX = 10_000;
    /** A sentence or two; the rest is cut, so that the ring's size has a bound. */
    public static final int TEXT_CHARS_MAX = 500;

    private final ArrayDeque<EventRecord> events = new ArrayDeque<>();
    private long last;

    /** What a snapshot holds. */
    public record Image(long last, List<EventRecord> events) {}

    void add(Moment at, Happening what) {
        String text = what.text();
        Happening kept = text.length() <= TEXT_CHARS_MAX
                ? what
                : new Happening(
                        what.kind(),
                        what.node(),
                        what.job(),
                        what.task(),
                        what.by(),
                        text.substring(0, TEXT_CHARS_MAX - 1) + "…");
        events.addLast(new EventRecord(++last, at, kept));
        if (events.size() > EVENTS_MAX) {
            events.removeFirst();
        }
    }

    /** Number of the newest event; 0 before the first. */
    public long last() {
        return last;
    }

    /** Those after {@code number} that are still kept, oldest first. */
    public List<EventRecord> after(long number) {
        List<EventRecord> newer = new ArrayList<>();
        for (Iterator<EventRecord> newest = events.descendingIterator(); newest.hasNext(); ) {
            EventRecord event = newest.next();
            if (event.number() <= number) {
                break;
            }
            newer.add(event);
        }
        return newer.reversed();
    }

    /** All that are kept, newest first. */
    public Iterable<EventRecord> newestFirst() {
        return () -> Collections.unmodifiableCollection(events.reversed()).iterator();
    }

    Image image() {
        return new Image(last, List.copyOf(events));
    }

    void restore(Image image) {
        last = image.last();
        events.clear();
        events.addAll(image.events());
    }
}
