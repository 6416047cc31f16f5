package dev.bramble.ledger;

import dev.bramble.model.CutText;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.time.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/** The newest events, in one order on every copy of the ledger. Numbers go on when old ones are dropped. */
public final class EventRing {
    /** Events kept: some weeks of a busy lab, 3 MB at 300 bytes each. */
    public static final int EVENTS_MAX = 10_000;
    /** A sentence or two; the rest is cut, so that the ring's size has a bound. */
    public static final int TEXT_CHARS_MAX = 500;

    /** Events of one kind about single tasks that one job may have here: a million failures must not flush the rest. */
    static final int TASK_EVENTS_PER_JOB_MAX = 20;

    private static final Set<EventKind> OF_TASKS = EnumSet.of(
            EventKind.TASK_FAILED,
            EventKind.TASKS_LOST,
            EventKind.TASK_POISON,
            EventKind.TASK_CHECKPOINTED,
            EventKind.SPECULATIVE_COPY,
            EventKind.DUPLICATE_RUN);

    /** How many events are kept for each job and kind of {@link #OF_TASKS}; follows from {@link #events}. */
    private final Map<JobKind, Integer> ofTasks = new HashMap<>();

    private record JobKind(JobId job, EventKind kind) {}

    private final ArrayDeque<EventRecord> events = new ArrayDeque<>();
    private final IntSupplier language;
    private long last;

    /** @param language the ledger's: while some voter may know no events, nobody keeps any */
    EventRing(IntSupplier language) {
        this.language = language;
    }

    /** What a snapshot holds. */
    public record Image(long last, List<EventRecord> events) {}

    void add(Moment at, Happening what) {
        if (language.getAsInt() == Language.FIRST) {
            return;
        }
        String text = what.text();
        Optional<JobKind> bounded = bounded(what);
        int known = bounded.map(key -> ofTasks.getOrDefault(key, 0)).orElse(0);
        if (known >= TASK_EVENTS_PER_JOB_MAX) {
            return;
        }
        if (known == TASK_EVENTS_PER_JOB_MAX - 1) {
            text = CutText.beginning(text, TEXT_CHARS_MAX / 2) + " (more of this kind of this job are not told here)";
        }
        String cut = CutText.shortened(text, TEXT_CHARS_MAX);
        // What a voter may not know would make its state another than ours.
        boolean tellsToll = language.getAsInt() >= Language.THIRD;
        Happening whole = what.told(cut);
        keep(new EventRecord(++last, at, tellsToll ? whole : whole.costing(Optional.empty())));
    }

    private void keep(EventRecord event) {
        events.addLast(event);
        bounded(event.what()).ifPresent(key -> ofTasks.merge(key, 1, Integer::sum));
        if (events.size() > EVENTS_MAX) {
            bounded(events.removeFirst().what())
                    .ifPresent(key -> ofTasks.computeIfPresent(key, (job, count) -> count == 1 ? null : count - 1));
        }
    }

    private static Optional<JobKind> bounded(Happening what) {
        return OF_TASKS.contains(what.kind()) ? what.job().map(job -> new JobKind(job, what.kind())) : Optional.empty();
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
        ofTasks.clear();
        image.events().forEach(this::keep);
    }
}
