package dev.bramble.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The places of one node on which a picture shows attempts. Nodes report run times, and neither places nor instants: an
 * attempt ends where it was recorded and takes a place that was free; what was recorded together lies one after the
 * other. So a bar may be a little late, and is cut where there would be two in one place.
 */
final class Lanes {
    /** A Pi 4 has four cores, and a job may ask for a quarter of one. */
    static final int LANES_MAX = 16;
    /** While the node has not said what it offers: the cores of a Pi 4. */
    static final int UNKNOWN_SLOTS = 4;

    /** Before everything. */
    private static final long NEVER = Long.MIN_VALUE / 4;

    private final List<Long> ends = new ArrayList<>();

    /** Where an attempt is shown. */
    record Place(int lane, long beganMillis, long endedMillis) {}

    /** For each place that was taken, when the last attempt there ended. */
    List<Long> ends() {
        return List.copyOf(ends);
    }

    /**
     * Places for attempts that were recorded at the same instant, in their order.
     *
     * @param slots how many fit the node at once; 0 when nobody knows
     */
    List<Place> place(long atMillis, List<Long> runMillis, int slots) {
        int most = slots <= 0 ? UNKNOWN_SLOTS : Math.min(slots, LANES_MAX);
        while (ends.size() < most) {
            ends.add(NEVER);
        }
        long[] free = new long[ends.size()];
        Arrays.fill(free, atMillis);
        List<Place> places = new ArrayList<>();
        // From the last back: it is the one that ended when they were recorded.
        for (int i = runMillis.size() - 1; i >= 0; i--) {
            int lane = best(free, runMillis.get(i));
            long began = Math.min(free[lane], Math.max(ends.get(lane), free[lane] - runMillis.get(i)));
            places.add(new Place(lane, began, free[lane]));
            free[lane] = began;
        }
        for (Place place : places) {
            ends.set(place.lane(), Math.max(ends.get(place.lane()), place.endedMillis()));
        }
        while (ends.size() > 1 && ends.getLast() == NEVER) {
            ends.removeLast();
        }
        Collections.reverse(places);
        return places;
    }

    /** Where least has to be cut; then the latest, then where the shortest gap stays before it. */
    private int best(long[] free, long millis) {
        int best = 0;
        for (int lane = 1; lane < free.length; lane++) {
            int byCut = Long.compare(cut(lane, free, millis), cut(best, free, millis));
            int byLatest = byCut != 0 ? byCut : Long.compare(free[best], free[lane]);
            int byGap = byLatest != 0 ? byLatest : Long.compare(ends.get(best), ends.get(lane));
            if (byGap < 0) {
                best = lane;
            }
        }
        return best;
    }

    private long cut(int lane, long[] free, long millis) {
        return Math.max(0, ends.get(lane) - (free[lane] - millis));
    }
}
