package dev.bramble.leader;

import dev.bramble.model.NodeId;
import java.util.List;
import java.util.TreeMap;

/**
 * How much longer a job's tasks take on one node than on others, at the same clock: measured, since a card that dies or
 * a memory that is slow shows in no figure of the board. Soft state.
 */
final class Paces {
    /** With fewer that ended there a node counts as the others: one long task says nothing of its node. */
    static final int MEASURED_MIN = 3;
    /** Weight of the newest run time on a node: the last twenty decide, and a mended board is soon trusted again. */
    private static final double NEWEST_WEIGHT = 0.05;
    /** Nearer to the others than this a node counts as they do: tasks differ by as much, from whichever node. */
    private static final double ALIKE = 1.15;
    /** What is measured may be wrong by a heap of long tasks: no node counts as slower than so many times. */
    private static final double PACE_MAX = 20;

    private final TreeMap<NodeId, Mean> means = new TreeMap<>();

    private static final class Mean {
        private int count;
        private double seconds;

        void note(double next) {
            count++;
            seconds += (next - seconds) * Math.max(1.0 / count, NEWEST_WEIGHT);
        }
    }

    /** @param seconds run time of one task there, as at the full clock */
    void note(NodeId node, double seconds) {
        means.computeIfAbsent(node, id -> new Mean()).note(seconds);
    }

    /** How many times as long a task takes there as on the node in the middle; 1 while that is not known. */
    double of(NodeId node) {
        Mean mean = means.get(node);
        if (mean == null || mean.count < MEASURED_MIN) {
            return 1;
        }
        List<Double> all = means.values().stream()
                .filter(each -> each.count >= MEASURED_MIN)
                .map(each -> each.seconds)
                .sorted()
                .toList();
        // Of two the faster one is as boards should be.
        double middle = all.get((all.size() - 1) / 2);
        double pace = mean.seconds / Math.max(middle, 1e-9);
        return pace < ALIKE && pace > 1 / ALIKE ? 1 : Math.clamp(pace, 1 / PACE_MAX, PACE_MAX);
    }
}
