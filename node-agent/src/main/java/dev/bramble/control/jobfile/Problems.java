package dev.bramble.control.jobfile;

import dev.bramble.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the mistakes of one job. For one thread. */
public final class Problems {
    /** A person reads the first dozen; a file of a million mistakes must not fill a memory or a terminal. */
    public static final int PROBLEMS_MAX = 100;

    private final List<Found> found = new ArrayList<>();
    private int dropped;

    /** @param sentence what is wrong and what to do about it, without a full stop */
    public void add(Place place, String sentence) {
        if (found.size() < PROBLEMS_MAX) {
            found.add(new Found(place, sentence));
        } else {
            dropped++;
        }
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** How many were added. */
    public int count() {
        return found.size() + dropped;
    }

    /**
     * All of them in the order of the text, those without a line first; when there were more than {@link #PROBLEMS_MAX}
     * a last one says how many.
     */
    public List<Problem> list() {
        List<Problem> all = new ArrayList<>(found.stream()
                .sorted(Comparator.comparingInt((Found one) -> one.place.line())
                        .thenComparingInt(one -> one.place.column()))
                .map(one -> new Problem(one.place.toString(), one.sentence))
                .toList());
        if (dropped > 0) {
            all.add(new Problem("", "and " + dropped + " more"));
        }
        return List.copyOf(all);
    }

    private record Found(Place place, String sentence) {}
}
