package dev.bramble.dashboard.history;

import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.watch.Watch;
import dev.bramble.model.CutText;
import dev.bramble.model.JobId;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** The operations about figures over time. */
public final class HistoryRoutes {
    static final String NAMES = "names";
    static final String FROM = "from";
    static final String TO = "to";
    static final String STEP = "step";

    /**
     * One figure of every board that is kept. With {@link Resolution#slots} values each, an answer has 4 MB at most.
     */
    static final int NAMES_MAX = History.NODES_MAX;

    private static final long FROM_DEFAULT = -900;
    /** Two days; what is older is gone. */
    private static final long BACK_SECONDS_MAX = Resolution.TWO_MINUTES.spanSeconds();
    /** The year 2100. */
    private static final long SECONDS_MAX = 4_102_444_800L;

    private final History history;
    private final LongSupplier calendarMillis;

    public HistoryRoutes(History history) {
        this(history, System::currentTimeMillis);
    }

    /** @param calendarMillis this head's own calendar clock, as in browsers that draw the charts */
    HistoryRoutes(History history, LongSupplier calendarMillis) {
        this.history = history;
        this.calendarMillis = calendarMillis;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/history", UserRole.VIEWER, this::columns, NAMES, FROM, TO, STEP),
                Route.get("/scaling", UserRole.VIEWER, this::scaling));
    }

    /**
     * @param names of the columns after the first
     * @param data the first column are seconds since 1970; null for a gap
     */
    private record HistoryJson(int stepSeconds, List<String> names, List<List<Number>> data) {}

    private void columns(ApiRequest request) {
        List<SeriesName> wanted = names(request);
        long nowMillis = Watch.nowMillis();
        long calendarNow = calendarMillis.getAsLong() / 1_000;
        long from = seconds(request, FROM, FROM_DEFAULT, calendarNow);
        long to = seconds(request, TO, 0, calendarNow);
        long step = request.number(STEP, 1, Resolution.TWO_MINUTES.stepSeconds(), 1);
        request.check();
        // Asked of the bramble so that a caller whose token has ended meanwhile is refused, as everywhere.
        request.read(views -> true);
        long monotonicNow = nowMillis / 1_000;
        long ahead = calendarNow - monotonicNow;
        History.Columns columns =
                history.columns(wanted, nowMillis, (from - ahead) * 1_000, (to - ahead) * 1_000, step);
        request.json(json(wanted, columns, ahead));
    }

    private static HistoryJson json(List<SeriesName> names, History.Columns columns, long ahead) {
        List<List<Number>> data = new ArrayList<>();
        List<Number> times = new ArrayList<>(columns.length());
        for (int i = 0; i < columns.length(); i++) {
            times.add(columns.firstSecond() + ahead + (long) i * columns.stepSeconds());
        }
        data.add(times);
        for (double[] column : columns.values()) {
            List<Number> values = new ArrayList<>(column.length);
            for (double value : column) {
                // Three digits after the point: none of the figures is read more finely, and a chart loads twice as
                // fast.
                values.add(Double.isNaN(value) ? null : Math.round(value * 1_000) / 1_000.0);
            }
            data.add(values);
        }
        return new HistoryJson(
                columns.stepSeconds(), names.stream().map(SeriesName::text).toList(), data);
    }

    /** Seconds since 1970, or before now when negative. */
    private static long seconds(ApiRequest request, String name, long otherwise, long calendarNow) {
        long given = request.number(name, -BACK_SECONDS_MAX, SECONDS_MAX, otherwise);
        return given <= 0 ? calendarNow + given : given;
    }

    private List<SeriesName> names(ApiRequest request) {
        String text = request.query(NAMES).orElse("");
        if (text.isEmpty()) {
            request.wrong(NAMES, "is missing: name figures, such as bramble.tasks-per-second," + nodeExample());
            return List.of();
        }
        Set<SeriesName> names = new LinkedHashSet<>();
        for (String each : text.split(",")) {
            SeriesName.read(each.strip())
                    .ifPresentOrElse(name -> names.addAll(found(name)), () -> unknown(request, each));
        }
        if (names.size() > NAMES_MAX) {
            request.wrong(NAMES, "stands for " + names.size() + " figures: ask for at most " + NAMES_MAX + " at once");
        }
        return List.copyOf(names);
    }

    private List<SeriesName> found(SeriesName name) {
        List<SeriesName> found = history.names(name);
        boolean isPattern = name instanceof SeriesName.OfNode node && node.isPattern();
        if (found.isEmpty() && !isPattern) {
            throw ProblemException.of(
                    Refusal.Kind.NOT_FOUND,
                    "there is no history of " + name.text() + ": no node of that name does work here, or this head has"
                            + " just started");
        }
        return found;
    }

    private static void unknown(ApiRequest request, String name) {
        request.wrong(
                NAMES,
                "'" + CutText.shortened(name, 61) + "' is no figure: there are bramble. with "
                        + words(Arrays.stream(BrambleFigure.values())
                                .map(BrambleFigure::word)
                                .toList()) + ","
                        + nodeExample() + " with "
                        + words(Arrays.stream(NodeFigure.values())
                                .map(NodeFigure::word)
                                .toList()));
    }

    private static String nodeExample() {
        return " and node.NAME. or node.*.";
    }

    private static String words(List<String> words) {
        return String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }

    private record ScalingJson(Long job, List<PointJson> points, Double efficiency, String unknownBecause) {}

    private record PointJson(
            int nodes, int seconds, double tasksPerSecond, double linearTasksPerSecond, double efficiency) {}

    private void scaling(ApiRequest request) {
        Scaling measured = history.scaling();
        boolean isThere = request.read(views ->
                measured.job().map(job -> views.job(new JobId(job)).isPresent()).orElse(true));
        boolean isHidden = request.principal().ownJobsOnly() && !isThere;
        Scaling scaling = isHidden ? measured.withoutJob() : measured;
        request.json(new ScalingJson(
                scaling.job().orElse(null),
                scaling.points().stream()
                        .map(point -> new PointJson(
                                point.nodes(),
                                point.seconds(),
                                Json.rate(point.tasksPerSecond()),
                                Json.rate(point.linear()),
                                point.efficiency()))
                        .toList(),
                scaling.efficiency().orElse(null),
                scaling.unknownBecause()));
    }
}
