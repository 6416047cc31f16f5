package dev.bramble.dashboard.history;

import dev.bramble.control.Views.NodeView;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What is kept of each node. Each figure is NaN while it is unknown. */
enum NodeFigure {
    TEMPERATURE_CELSIUS(Series.Condensed.HIGHEST, reading(BoardHealth::temperatureCelsius)),
    /** Runnable processes, one-minute mean. */
    LOAD(Series.Condensed.MEAN, reading(BoardHealth::load1)),
    /** Of the board's memory, 0 to 1. */
    MEMORY_SHARE(
            Series.Condensed.MEAN,
            node -> node.health().stream()
                    .mapToDouble(NodeFigure::memoryShare)
                    .findFirst()
                    .orElse(Double.NaN)),
    /** The clock as a share of the full clock: its frequency, of which each model has another. */
    CLOCK_SHARE(Series.Condensed.MEAN, reading(BoardHealth::speed)),
    TASKS_RUNNING(Series.Condensed.MEAN, node -> node.runningTasks());

    private final Series.Condensed condensed;
    private final ToDoubleFunction<NodeView> figure;

    NodeFigure(Series.Condensed condensed, ToDoubleFunction<NodeView> figure) {
        this.condensed = condensed;
        this.figure = figure;
    }

    Series.Condensed condensed() {
        return condensed;
    }

    double of(NodeView node) {
        return figure.applyAsDouble(node);
    }

    /** As it is asked for. */
    String word() {
        return Words.of(this);
    }

    private static ToDoubleFunction<NodeView> reading(Function<BoardHealth, Reading> which) {
        return node -> node.health()
                .map(which)
                .filter(Reading::isKnown)
                .map(Reading::value)
                .orElse(Double.NaN);
    }

    private static double memoryShare(BoardHealth health) {
        boolean isKnown = health.memoryTotalBytes().isKnown()
                && health.memoryFreeBytes().isKnown()
                && health.memoryTotalBytes().value() > 0;
        return isKnown
                ? 1
                        - health.memoryFreeBytes().value()
                                / health.memoryTotalBytes().value()
                : Double.NaN;
    }
}
