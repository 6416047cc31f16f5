package dev.bramble.dashboard.overview;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.page.Templates;
import dev.bramble.dashboard.session.Visitors;
import dev.bramble.model.Version;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The page that a person sees first. */
public final class OverviewPage {
    /** The newest; the REST interface and the command line have all. */
    static final int JOBS_MAX = 30;

    private static final String REFRESH_DEFAULT = "10";
    private static final List<String> REFRESH_CHOICES = List.of("5", "10", "60", "off");

    private final Control control;
    private final Visitors visitors;
    private final Templates templates;
    private final String version = Version.current().text();

    public OverviewPage(Control control, Visitors visitors, Templates templates) {
        this.control = control;
        this.visitors = visitors;
        this.templates = templates;
    }

    /** @param limited puts a limit around a handler */
    public void register(RoutesConfig routes, UnaryOperator<Handler> limited) {
        routes.get("/", limited.apply(this::show));
    }

    private record Seen(
            Views.Summary summary,
            Optional<Views.ShutdownView> shutdown,
            List<Views.NodeView> nodes,
            List<Views.JobView> jobs) {}

    /**
     * A choice of how often the page loads itself anew.
     *
     * @param value in seconds, or {@code off}
     */
    public record Refresh(String value, String label, boolean chosen) {}

    private void show(Context context) {
        Optional<Views.Principal> visitor = visitors.visitor(context);
        if (visitor.isEmpty()) {
            return;
        }
        Seen seen = Waiting.await(control.read(
                0,
                views -> new Seen(
                        views.summary(),
                        views.shutdown(),
                        views.nodes(),
                        views.jobs(Optional.empty(), JOBS_MAX, Optional.empty(), Optional.empty()))));
        templates.send(context, 200, "overview/overview", model(context, visitor.get(), seen));
    }

    private Map<String, Object> model(Context context, Views.Principal visitor, Seen seen) {
        Views.Summary summary = seen.summary();
        String asked = Optional.ofNullable(context.queryParam("refresh")).orElse(REFRESH_DEFAULT);
        String refresh = REFRESH_CHOICES.contains(asked) ? asked : REFRESH_DEFAULT;
        Map<String, Object> model = new HashMap<>();
        model.put("bramble", summary.name());
        model.put("user", visitor.user());
        model.put("role", Words.of(visitor.role()));
        model.put("refresh", refresh);
        model.put("choices", choices(refresh));
        model.put("verdict", Verdict.of(summary, seen.shutdown(), seen.nodes(), seen.jobs()));
        model.put("figures", figures(summary));
        model.put("nodes", seen.nodes().stream().map(NodeCard::of).toList());
        model.put("jobs", seen.jobs().stream().map(JobRow::of).toList());
        model.put("age", age(summary));
        model.put("revision", Shown.count(summary.revision()));
        model.put("version", version);
        return model;
    }

    private static List<Refresh> choices(String chosen) {
        return REFRESH_CHOICES.stream()
                .map(value -> new Refresh(value, value.equals("off") ? "off" : value + " s", value.equals(chosen)))
                .toList();
    }

    /** A figure and what it counts. */
    public record Figure(String value, String label) {}

    private static List<Figure> figures(Views.Summary summary) {
        return List.of(
                new Figure(summary.nodesUp() + " of " + summary.nodesKnown(), "nodes up"),
                new Figure(Shown.count(summary.jobsActive()), summary.jobsActive() == 1 ? "active job" : "active jobs"),
                new Figure(Shown.count(summary.tasksRunning()), "tasks running"),
                new Figure(Shown.count(summary.tasksWaiting()), "tasks waiting"),
                new Figure(Shown.rate(Json.rate(summary.tasksPerSecond())), "tasks a second"));
    }

    private static String age(Views.Summary summary) {
        if (summary.behindMillis() < 0) {
            return "this head hears nobody";
        }
        return summary.behindMillis() < 1000 ? "up to date" : Shown.time(summary.behindMillis()) + " old";
    }
}
