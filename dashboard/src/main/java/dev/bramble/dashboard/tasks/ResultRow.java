package dev.bramble.dashboard.tasks;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A task as a row of its job's results. */
public record ResultRow(
        int task,
        boolean reduce,
        Map<String, String> parameters,
        String state,
        String node,
        Integer exitCode,
        int attempts,
        Double seconds,
        String lastLine,
        String reason) {
    /** Rows that ride along in an answer about a job: some 20 kB. */
    public static final int ALONG_MAX = 16;

    static ResultRow of(SeenTask seen, int reduceIndex) {
        Views.TaskView view = seen.view();
        return new ResultRow(
                view.task(),
                view.task() == reduceIndex,
                view.parameters(),
                Words.of(seen.state()),
                view.node().orElse(null),
                seen.isRecorded() ? view.exitCode() : null,
                view.attempts(),
                seen.isRecorded() ? view.millis() / 1000.0 : null,
                view.lastLine(),
                view.reason());
    }

    /** All rows of a job that is over; empty for one that is not, and for one with more than {@link #ALONG_MAX}. */
    public static Optional<List<ResultRow>> along(Views views, Views.JobView job) {
        if (!job.phase().isFinal()) {
            return Optional.empty();
        }
        List<Views.TaskView> tasks = views.tasks(job.job(), 0, ALONG_MAX + 1, Optional.empty());
        if (tasks.size() > ALONG_MAX) {
            return Optional.empty();
        }
        int reduceIndex = TaskRoutes.reduceIndex(views, job);
        return Optional.of(tasks.stream()
                .map(task -> of(new SeenTask(task, Optional.empty(), ""), reduceIndex))
                .toList());
    }
}
