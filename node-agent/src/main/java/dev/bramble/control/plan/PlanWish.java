package dev.bramble.control.plan;

import java.util.Map;
import java.util.Optional;

/**
 * What somebody wants planned.
 *
 * @param nodes how many boards
 * @param board which, by the name of its part
 * @param prices of their own, in dollars, by the name of the part; {@code kwh} for energy
 * @param work what their own jobs did; empty when nobody measured
 */
public record PlanWish(int nodes, String board, PowerWay power, Map<String, Double> prices, Optional<Work> work) {
    /** The largest bramble. */
    public static final int NODES_MAX = 100;

    /**
     * Measured on the user's own jobs.
     *
     * @param tasksPerSecond of all boards together
     * @param nodes how many boards did that
     * @param serverTasksPerSecond of the same tasks on the large machine; empty when nobody measured
     */
    public record Work(double tasksPerSecond, int nodes, Optional<Double> serverTasksPerSecond) {}

    static PlanWish of(int nodes, PowerWay power) {
        return new PlanWish(nodes, Catalogue.shipped().boards().getFirst(), power, Map.of(), Optional.empty());
    }
}
