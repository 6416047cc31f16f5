package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.Views.TaskState;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.jobs.JobTabs;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.AttemptEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that the page of a task shows. */
public record TaskSheet(
        JobTabs tabs,
        Head head,
        List<Attempt> attempts,
        List<Tail> tails,
        List<FileRow> files,
        String noFiles,
        Ways ways,
        boolean isOwners,
        boolean isActive) {

    /** A figure and what it counts. */
    public record Figure(String label, String value) {}

    /** @param address of the task beneath its job's */
    public record Head(String job, String address, String title, String state, String reason, List<Figure> figures) {}

    /** @param word of the icon and the colour */
    public record Attempt(int number, String node, String word, String end, String time, String reason) {}

    /** The last of what it printed. */
    public record Tail(String stream, String text, String note) {}

    /**
     * A file that it kept.
     *
     * @param path of it in addresses
     * @param isPicture whether it may be shown as one
     * @param text of a short text file; empty for none
     */
    public record FileRow(String name, String path, String size, boolean isPicture, String text) {}

    /** Where other tasks are; empty when there is none. */
    public record Ways(String previous, String next, String previousFailed, String nextFailed) {}

    static Head head(SeenTask seen, Views.JobView job, int reduceIndex, boolean isOwners) {
        Views.TaskView task = seen.view();
        boolean isReduce = task.task() == reduceIndex;
        List<Figure> figures = new ArrayList<>();
        if (isOwners && !isReduce) {
            task.parameters().forEach((name, value) -> figures.add(new Figure(name, value)));
        }
        String node = task.node().orElse(seen.node());
        if (!node.isEmpty()) {
            figures.add(new Figure("node", node));
        }
        if (seen.isRecorded()) {
            figures.add(new Figure("took", TaskRows.seconds(task.millis())));
            figures.add(new Figure("exit code", task.exitCode() < 0 ? "none" : Integer.toString(task.exitCode())));
        }
        seen.current()
                .ifPresent(on -> figures.add(
                        on.running()
                                ? new Figure("runs since", Shown.time(on.millis()))
                                : new Figure("waits", "on its node for a free place")));
        figures.add(new Figure("tries that counted", Integer.toString(task.attempts())));
        return new Head(
                job.job().toString(),
                isReduce ? "reduce" : Integer.toString(task.task()),
                isReduce ? "Reduce" : "Task " + Shown.count(task.task()),
                Words.of(seen.state()),
                Shown.sentence(task.reason()),
                List.copyOf(figures));
    }

    /** Those that came to nothing, then the one that counts or runs. */
    static List<Attempt> attempts(SeenTask seen) {
        List<Attempt> all = new ArrayList<>();
        Views.TaskView task = seen.view();
        int newest = 0;
        int charged = 0;
        for (Views.AttemptView attempt : task.history()) {
            String end = attempt.end().map((AttemptEnd how) -> Words.of(how)).orElse("lost");
            boolean isCharged = attempt.end()
                    .filter(how -> how == AttemptEnd.FAILED || how == AttemptEnd.TIMED_OUT)
                    .isPresent();
            all.add(new Attempt(
                    attempt.number(),
                    attempt.node(),
                    isCharged ? "failed" : "cancelled",
                    end.replace('-', ' ') + (isCharged ? "" : ", costs no try"),
                    TaskRows.seconds(attempt.millis()),
                    attempt.reason()));
            newest = Math.max(newest, attempt.number());
            charged += isCharged ? 1 : 0;
        }
        boolean isWell = task.state() == TaskState.SUCCEEDED;
        // Of a command that failed the history has the last try as well.
        if (seen.isRecorded() && (isWell || charged < task.attempts())) {
            all.add(new Attempt(
                    newest + 1,
                    task.node().orElse(""),
                    isWell ? "succeeded" : "failed",
                    isWell ? "succeeded, this one counts" : "failed, the last",
                    TaskRows.seconds(task.millis()),
                    task.reason()));
        }
        Optional<Control.RunningTask> current = seen.current();
        current.ifPresent(on -> all.add(new Attempt(
                on.attempt(),
                seen.node(),
                on.running() ? "running" : "queued",
                on.running() ? "running" : "waits on its node",
                on.running() ? TaskRows.seconds(on.millis()) : "",
                "")));
        return List.copyOf(all);
    }
}
