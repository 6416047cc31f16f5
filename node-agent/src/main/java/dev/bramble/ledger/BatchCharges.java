package dev.bramble.ledger;

import dev.bramble.model.AttemptId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/** Tries that batches cost the tasks of a filter. Sets of tasks, so that a batch that fails as a whole costs little. */
final class BatchCharges {
    /** Charging batches remembered: a report is repeated within seconds, in which no more batches end. */
    static final int BATCHES_MAX = 4096;

    /** Set k has the tasks charged more than k times. */
    private final List<RoaringBitmap> charged = new ArrayList<>();
    /** Batches that cost a try, the newest last: a report that comes twice must not cost two. */
    private final LinkedHashSet<AttemptId> batches;

    BatchCharges(Image image) {
        image.charged().forEach(tasks -> charged.add(tasks.clone()));
        batches = new LinkedHashSet<>(image.batches());
    }

    /** All of it, for a snapshot. */
    record Image(List<RoaringBitmap> charged, List<AttemptId> batches) {
        static final Image NONE = new Image(List.of(), List.of());
    }

    Image image() {
        return new Image(charged.stream().map(RoaringBitmap::clone).toList(), List.copyOf(batches));
    }

    boolean isKnown(AttemptId batch) {
        return batches.contains(batch);
    }

    void note(AttemptId batch) {
        batches.add(batch);
        if (batches.size() > BATCHES_MAX) {
            batches.removeFirst();
        }
    }

    int triesOf(int task) {
        return (int) charged.stream().filter(tasks -> tasks.contains(task)).count();
    }

    /** Costs each of {@code tasks} a try; those that had {@code tries} − 1 before and have none left now. */
    RoaringBitmap charge(RoaringBitmap tasks, int tries) {
        RoaringBitmap more = tasks.clone();
        for (RoaringBitmap once : charged) {
            RoaringBitmap again = RoaringBitmap.and(once, more);
            once.or(more);
            more = again;
        }
        if (!more.isEmpty()) {
            charged.add(more);
        }
        return charged.size() < tries ? new RoaringBitmap() : RoaringBitmap.and(tasks, charged.get(tries - 1));
    }

    /** They have an outcome. */
    void forget(RoaringBitmap tasks) {
        charged.forEach(counted -> counted.andNot(tasks));
        while (!charged.isEmpty() && charged.getLast().isEmpty()) {
            charged.removeLast();
        }
    }

    void clear() {
        charged.clear();
        batches.clear();
    }
}
