package dev.bramble.dashboard.overview;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.failures.FailuresModel;
import dev.bramble.dashboard.history.History;
import dev.bramble.dashboard.history.Scaling;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.jobs.JobRow;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobPhase;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The page that a person sees first. */
public final class OverviewPage {
    /** The newest; the page of jobs has all. */
    static final int JOBS_MAX = 30;
    /** Of each phase, to find the deadlines among: a head does it in a few milliseconds. */
    private static final int ACTIVE_MAX = 200;

    /** Beyond it nodes are tiles: a screen or two of cards on a desk. */
    static final int CARDS_MAX = 24;

    /** Causes of failures: the page of failures has all. */
    private static final int CAUSES_MAX = 3;

    private static final String TEMPLATE = "overview/overview";

    private final History history;

    /** @param history of this head */
    public OverviewPage(History history) {
        this.history = history;
    }

    public Screen screen() {
        return new Screen("/", Section.OVERVIEW, this::load);
    }

    private CompletionStage<Content> load(Control control, ScreenRequest request) {
        Scaling scaling = history.scaling();
        Throughput throughput =
                Throughput.of(history.throughput(), request.visitor().ownJobsOnly() ? scaling.withoutJob() : scaling);
        return control.read(0, views -> content(Overview.of(views, throughput)));
    }

    private static Content content(Overview it) {
        return Content.of(it.head().verdict().headline(), TEMPLATE, it)
                .live(
                        Part.of("verdict", TEMPLATE, "verdict", it.head()),
                        Part.of("throughput", TEMPLATE, "throughput", it.throughput()),
                        Part.of("queue", TEMPLATE, "queue", it.queue()),
                        Part.of("coming", TEMPLATE, "coming", it.coming()),
                        Part.of("causes", TEMPLATE, "causes", it.causes()),
                        nodes(it),
                        Part.list("jobs", TEMPLATE, "jobs", it.jobs(), it.jobs(), "job", job -> "job-" + job.job()));
    }

    /** Few nodes with all that is to say of each; of many so much that one sees where to look. */
    private static Part nodes(Overview it) {
        boolean isMany = it.nodes().size() > CARDS_MAX;
        String fragment = isMany ? "tile" : "node";
        return Part.list(
                "nodes",
                TEMPLATE,
                isMany ? "tiles" : "nodes",
                it.nodes(),
                it.nodes(),
                fragment,
                node -> "node-" + node.name());
    }

    /** A figure and what it counts. */
    public record Figure(String value, String label) {}

    /** What stands first. */
    public record Head(Verdict verdict, List<Figure> figures) {}

    /** What is due, and who is out. */
    public record Coming(List<DeadlineRow> deadlines, List<OutRow> out) {}

    /** All that the page shows. */
    public record Overview(
            Head head,
            Throughput throughput,
            Queue queue,
            Coming coming,
            List<FailuresModel.GroupRow> causes,
            List<NodeCard> nodes,
            List<JobRow> jobs) {
        /** For the template. */
        public boolean isMany() {
            return nodes.size() > CARDS_MAX;
        }

        static Overview of(Views views, Throughput throughput) {
            Views.Summary summary = views.summary();
            List<Views.NodeView> nodes = views.nodes();
            List<Views.JobView> jobs = views.jobs(Optional.empty(), JOBS_MAX, Optional.empty(), Optional.empty());
            List<Views.JobView> active = active(views);
            return new Overview(
                    new Head(Verdict.of(summary, views.shutdown(), nodes, jobs), figures(summary, throughput)),
                    throughput,
                    Queue.of(active, summary),
                    new Coming(DeadlineRow.of(active), OutRow.of(nodes)),
                    FailuresModel.newestCauses(views, CAUSES_MAX),
                    nodes.stream().map(NodeCard::of).toList(),
                    jobs.stream().map(JobRow::of).toList());
        }

        private static List<Views.JobView> active(Views views) {
            return Arrays.stream(JobPhase.values())
                    .filter(phase -> !phase.isFinal())
                    .flatMap(phase ->
                            views.jobs(Optional.empty(), ACTIVE_MAX, Optional.of(phase), Optional.empty()).stream())
                    .toList();
        }

        private static List<Figure> figures(Views.Summary summary, Throughput throughput) {
            return List.of(
                    new Figure(summary.nodesUp() + " of " + summary.nodesKnown(), "nodes up"),
                    new Figure(
                            Shown.count(summary.jobsActive()),
                            summary.jobsActive() == 1 ? "active job" : "active jobs"),
                    new Figure(Shown.count(summary.tasksRunning()), "tasks running"),
                    new Figure(Shown.count(summary.tasksWaiting()), "tasks waiting"),
                    // The same figure as the chart below it has; the leader's own while this head has none.
                    new Figure(
                            throughput.now().orElseGet(() -> Shown.rate(Json.rate(summary.tasksPerSecond()))),
                            "tasks a second"));
        }
    }
}
