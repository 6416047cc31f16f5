package dev.bramble.dashboard.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a job's rate grew with the nodes at work on it, beside the line that perfectly linear growth would give.
 *
 * <p>For each number of nodes at work: the mean rate of the seconds in which that job alone was active and had tasks
 * waiting, so that nothing but the nodes was the limit. The line goes through 0 and through the rate at the fewest
 * nodes. An efficiency of 1 means that twice the nodes do twice the work; above 1, that the fewest were slowed by
 * something else, such as a cold start.
 *
 * @param job its number; empty while nothing was measured
 * @param points by number of nodes
 * @param efficiency at the most nodes; empty while unknown
 * @param unknownBecause why, and what to do; empty when it is known
 */
public record Scaling(Optional<Long> job, List<Point> points, Optional<Double> efficiency, String unknownBecause) {
    /** Fewer seconds than a job needs to warm up say more about its start than about its nodes. */
    static final int SECONDS_MIN = 10;

    /**
     * @param seconds for which this was measured
     * @param linear the rate that linear growth would give
     */
    public record Point(int nodes, int seconds, double tasksPerSecond, double linear) {
        /** The share of linear growth that was reached. */
        public double efficiency() {
            return tasksPerSecond / linear;
        }
    }

    /** For whom the job is not there. */
    public Scaling withoutJob() {
        return new Scaling(Optional.empty(), points, efficiency, unknownBecause);
    }

    /** Seconds with one number of nodes at work, and the tasks that ended in them. */
    record Measured(int seconds, double tasks) {
        Measured plus(double more) {
            return new Measured(seconds + 1, tasks + more);
        }
    }

    static final Scaling NOTHING = new Scaling(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            "nothing was measured yet: it is, while a single job has more tasks than the nodes can take at once");

    /** @param byNodes what was measured, by the number of nodes at work */
    static Scaling of(long job, Map<Integer, Measured> byNodes) {
        TreeMap<Integer, Measured> enough = new TreeMap<>(byNodes);
        enough.values().removeIf(measured -> measured.seconds() < SECONDS_MIN || measured.tasks() <= 0);
        enough.remove(0);
        if (enough.isEmpty()) {
            return NOTHING;
        }
        int fewest = enough.firstKey();
        double ofOneNode = rate(enough.get(fewest)) / fewest;
        List<Point> points = new ArrayList<>();
        enough.forEach((nodes, measured) ->
                points.add(new Point(nodes, measured.seconds(), rate(measured), ofOneNode * nodes)));
        if (points.size() < 2) {
            return new Scaling(
                    Optional.of(job),
                    List.copyOf(points),
                    Optional.empty(),
                    "only " + (fewest == 1 ? "1 node" : fewest + " nodes") + " at work were seen: cordon one for "
                            + SECONDS_MIN + " seconds while the job runs, or add one, and the two can be compared");
        }
        return new Scaling(
                Optional.of(job),
                List.copyOf(points),
                Optional.of(points.getLast().efficiency()),
                "");
    }

    private static double rate(Measured measured) {
        return measured.tasks() / measured.seconds();
    }
}
