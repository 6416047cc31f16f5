package dev.bramble.dashboard.nodes;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tasks that had an attempt on a node, the newest jobs first, with the ways to their logs: these are kept elsewhere, so
 * they can be read when the node is gone. Nobody keeps a list of them by node, so jobs are looked through, bounded.
 */
public final class NodeTasksPage {
    /** Jobs that are looked through. */
    static final int JOBS_MAX = 50;
    /** Tasks of one question: a millisecond of the head's loop. */
    static final int PIECE = 500;
    /** Tasks that are looked through in all: under a second, while other questions come between the pieces. */
    static final int LOOKED_MAX = 20_000;
    /** More do not help who looks for one of them. */
    static final int FOUND_MAX = 200;

    /**
     * A task.
     *
     * @param state the word, icon and colour of how its attempt here ended
     * @param why may be empty
     */
    public record Row(
            String job, String jobLink, String task, String taskLink, String state, String time, String why) {}

    /** @param bounds how far was looked */
    public record Tasks(String name, String link, List<Row> rows, String bounds) {}

    private NodeTasksPage() {}

    public static Screen screen() {
        return new Screen("/nodes/{node}/tasks", Section.NODES, NodeTasksPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        String place = request.place("node");
        return control.read(
                        0,
                        views -> new Search(
                                control,
                                NodeRoutes.node(views, place).name(),
                                views.jobs(Optional.empty(), JOBS_MAX, Optional.empty(), Optional.empty())))
                .thenCompose(Search::next)
                .thenApply(search -> Content.of("Tasks on " + search.name, "nodes/tasks", search.tasks()));
    }

    /** Goes from piece to piece. One at a time. */
    private static final class Search {
        private final Control control;
        private final String name;
        private final List<Views.JobView> jobs;
        private final List<Row> rows = new ArrayList<>();
        private int job;
        private int task;
        private int looked;

        Search(Control control, String name, List<Views.JobView> jobs) {
            this.control = control;
            this.name = name;
            this.jobs = jobs;
        }

        CompletionStage<Search> next() {
            if (job == jobs.size() || looked >= LOOKED_MAX || rows.size() >= FOUND_MAX) {
                return CompletableFuture.completedFuture(this);
            }
            Views.JobView of = jobs.get(job);
            return control.read(0, views -> views.tasks(of.job(), task, PIECE, Optional.empty()))
                    .thenCompose(piece -> {
                        piece.forEach(each -> attemptHere(of, each, name).ifPresent(rows::add));
                        looked += piece.size();
                        task = piece.isEmpty() ? 0 : piece.getLast().task() + 1;
                        if (piece.size() < PIECE) {
                            job++;
                            task = 0;
                        }
                        return next();
                    });
        }

        Tasks tasks() {
            boolean isCut = job < jobs.size();
            return new Tasks(
                    name,
                    NodeWords.link(name),
                    rows.stream().limit(FOUND_MAX).toList(),
                    "Looked through " + Shown.counted(looked, "task", "tasks") + " of the newest "
                            + Shown.counted(Math.min(jobs.size(), job + (isCut ? 1 : 0)), "job", "jobs")
                            + (isCut ? "; older ones are on the pages of their jobs." : "."));
        }
    }

    /** How its newest attempt on that node ended; empty when it had none. */
    static Optional<Row> attemptHere(Views.JobView job, Views.TaskView task, String name) {
        if (task.node().filter(name::equals).isPresent()) {
            return Optional.of(row(job.job(), job.name(), task, Words.of(task.state()), task.millis(), task.reason()));
        }
        return task.history().reversed().stream()
                .filter(attempt -> attempt.node().equals(name))
                .findFirst()
                .map(attempt -> row(
                        job.job(),
                        job.name(),
                        task,
                        attempt.end().map(NodeTasksPage::word).orElse("lost"),
                        attempt.millis(),
                        attempt.reason()));
    }

    private static String word(AttemptEnd end) {
        return Words.of(end);
    }

    private static Row row(JobId job, String jobName, Views.TaskView task, String state, long millis, String why) {
        String link = "/jobs/" + job;
        return new Row(
                "job " + job + " (" + jobName + ")",
                link,
                "task " + task.task(),
                link + "/tasks/" + task.task(),
                state,
                millis <= 0 ? "" : Shown.time(millis),
                Shown.sentence(why));
    }
}
