package dev.bramble.dashboard.plan;

import dev.bramble.dashboard.history.Scaling;
import dev.bramble.dashboard.page.Shown;
import java.util.List;
import java.util.Optional;

/**
 * What this bramble's own jobs did, as far as this head saw it.
 *
 * @param words where the figure is from
 */
public record MeasuredWork(double tasksPerSecond, int nodes, String words) {
    /**
     * The rate at the most boards at work of a job that had them for itself; else the best ten seconds of the last
     * quarter of an hour, whoever's tasks they were. Empty when nothing ended.
     *
     * @param rates as {@link dev.bramble.dashboard.history.History#throughput}
     */
    static Optional<MeasuredWork> of(Scaling scaling, List<Double> rates, int nodesUp) {
        if (!scaling.points().isEmpty()) {
            Scaling.Point most = scaling.points().getLast();
            return Optional.of(new MeasuredWork(
                    most.tasksPerSecond(),
                    most.nodes(),
                    "job " + scaling.job().orElseThrow() + " did "
                            + Shown.rate(most.tasksPerSecond()) + " tasks a second on "
                            + Shown.counted(most.nodes(), "board", "boards") + " over "
                            + Shown.counted(most.seconds(), "second", "seconds")));
        }
        double best = rates.stream()
                .filter(Double::isFinite)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        return best <= 0 || nodesUp < 1
                ? Optional.empty()
                : Optional.of(new MeasuredWork(
                        best,
                        nodesUp,
                        "in the best ten seconds of the last quarter of an hour "
                                + Shown.counted(nodesUp, "board", "boards") + " did " + Shown.rate(best)
                                + " tasks a second, of all jobs together"));
    }
}
