package dev.bramble.dashboard.nodes;

import dev.bramble.dashboard.history.History;
import dev.bramble.dashboard.page.Line;
import dev.bramble.dashboard.page.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.DoubleFunction;

/**
 * How a node was over the last quarter of an hour, as this head saw it: a line for each figure, and all of it as a
 * table. Gaps stay gaps. Pure.
 */
public record NodeHistory(List<Chart> charts, List<String> labels, List<Row> rows) {
    /** One row a minute: what fits a screen. */
    private static final int STEPS_A_ROW = 60 / History.THROUGHPUT_STEP_SECONDS;

    /**
     * @param path of the line; empty while nothing is known
     * @param top the highest that is drawn
     * @param said all of it in words, for those who do not see the picture
     */
    public record Chart(String label, String path, String top, String said) {}

    /** @param when before now; {@code texts} one for each label */
    public record Row(String when, List<String> texts) {}

    /** A figure that is kept, and how people read it. */
    private record Figure(String word, String label, DoubleFunction<String> format) {}

    private static final List<Figure> FIGURES = List.of(
            new Figure("temperature-celsius", "Temperature", BoardWords::celsius),
            new Figure("load", "Load", BoardWords::load),
            new Figure("memory-share", "Memory in use", share -> Math.round(100 * share) + " %"),
            new Figure("tasks-running", "Tasks", value -> String.format(Locale.ROOT, "%.1f", value)));

    /**
     * @param kept by the word of each figure, oldest first; NaN for a gap
     * @param silentMillis since when nothing is heard; empty while it is
     */
    static NodeHistory of(Map<String, List<Double>> kept, OptionalLong silentMillis) {
        List<Figure> known = FIGURES.stream()
                .filter(figure -> kept.containsKey(figure.word()))
                .toList();
        return new NodeHistory(
                known.stream()
                        .map(figure -> chart(figure, kept.get(figure.word()), silentMillis))
                        .toList(),
                known.stream().map(Figure::label).toList(),
                rows(known, kept, silentMillis));
    }

    private static Chart chart(Figure figure, List<Double> values, OptionalLong silentMillis) {
        Line line = Line.of(values, 0);
        if (line.path().isEmpty()) {
            return new Chart(figure.label(), "", "", "nothing is known of the last quarter of an hour");
        }
        String highest = figure.format().apply(line.highest());
        return new Chart(
                figure.label(),
                line.path(),
                highest,
                (silentMillis.isPresent()
                                ? last(figure, values) + " " + Shown.time(silentMillis.getAsLong()) + " ago, "
                                : shown(figure, values.getLast()) + " now, ")
                        + highest + " at most");
    }

    /** What was known last: of one that is silent nobody knows what is now. */
    private static String last(Figure figure, List<Double> values) {
        return figure.format()
                .apply(values.stream()
                        .filter(Double::isFinite)
                        .reduce((_, later) -> later)
                        .orElseThrow());
    }

    private static String shown(Figure figure, double value) {
        return Double.isFinite(value) ? figure.format().apply(value) : BoardWords.UNKNOWN;
    }

    private static List<Row> rows(List<Figure> known, Map<String, List<Double>> kept, OptionalLong silentMillis) {
        List<Row> rows = new ArrayList<>();
        for (int step = History.THROUGHPUT_STEPS - 1; step >= 0 && !known.isEmpty(); step -= STEPS_A_ROW) {
            int minutes = (History.THROUGHPUT_STEPS - 1 - step) / STEPS_A_ROW;
            int at = step;
            List<String> texts = known.stream()
                    .map(figure -> shown(figure, kept.get(figure.word()).get(at)))
                    .toList();
            if (texts.stream().anyMatch(text -> !text.equals(BoardWords.UNKNOWN))) {
                rows.add(new Row(
                        minutes == 0 ? (silentMillis.isPresent() ? "under 1 min ago" : "now") : minutes + " min ago",
                        texts));
            }
        }
        return rows;
    }

    /** Whether there is anything to show. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }
}
