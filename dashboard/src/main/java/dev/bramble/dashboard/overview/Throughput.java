package dev.bramble.dashboard.overview;

import dev.bramble.dashboard.history.Scaling;
import dev.bramble.dashboard.page.Line;
import dev.bramble.dashboard.page.Shown;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How much is done, over the last quarter of an hour, beside what as many nodes would do if each new one were worth as
 * much as the first.
 *
 * @param path of the line; empty while nothing is known
 * @param linear height of the line of linear growth; empty while it is not known
 * @param top the highest that is drawn, in tasks a second
 * @param said all of it in words, for those who do not see the picture
 * @param scaling how work grows with the nodes
 * @param now the newest rate; empty when it is not known
 */
public record Throughput(String path, String linear, String top, String said, String scaling, Optional<String> now) {

    /** @param rates tasks a second, oldest first; NaN for a gap */
    static Throughput of(List<Double> rates, Scaling scaling) {
        double linear =
                scaling.efficiency().isPresent() ? scaling.points().getLast().linear() : Double.NaN;
        double wanted = Double.isFinite(linear) ? linear : 0;
        Line line = Line.of(rates, wanted);
        double top = Math.max(line.highest(), wanted);
        return new Throughput(
                line.path(),
                Double.isFinite(linear) ? Line.height(linear, top) : "",
                Shown.rate(top),
                said(rates, line),
                said(scaling),
                rates.isEmpty() || !Double.isFinite(rates.getLast())
                        ? Optional.empty()
                        : Optional.of(Shown.rate(rates.getLast())));
    }

    private static String said(List<Double> rates, Line line) {
        if (line.path().isEmpty()) {
            return "Nothing is known of the last quarter of an hour yet.";
        }
        double last = rates.getLast();
        String now = Double.isFinite(last) ? Shown.rate(last) + " tasks a second now" : "not known now";
        return "Tasks a second over the last quarter of an hour: " + now + ", " + Shown.rate(line.highest())
                + " at most.";
    }

    private static String said(Scaling scaling) {
        if (scaling.efficiency().isEmpty()) {
            return "How work grows with the nodes is not known: " + scaling.unknownBecause() + ".";
        }
        Scaling.Point most = scaling.points().getLast();
        return String.format(
                Locale.ROOT,
                "%d nodes do %.0f %% of what linear growth from %d would give, measured %s: %s of %s tasks a"
                        + " second.",
                most.nodes(),
                100 * scaling.efficiency().get(),
                scaling.points().getFirst().nodes(),
                scaling.job().map(job -> "in job " + job).orElse("lately"),
                Shown.rate(most.tasksPerSecond()),
                Shown.rate(most.linear()));
    }
}
