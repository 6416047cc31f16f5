package dev.bramble.dashboard.tasks;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.AttemptEnd;
import java.util.List;
import java.util.Map;

/** {@link Views.TaskView} as it is sent, with the attempt that is on a node now. */
record TaskJson(
        int task,
        boolean reduce,
        Map<String, String> parameters,
        String state,
        String node,
        int attempts,
        Integer exitCode,
        Long millis,
        String reason,
        String lastLine,
        Current current,
        List<Attempt> history) {

    record Current(int number, String node, boolean running, long millis) {}

    record Attempt(int number, String node, String end, Integer exitCode, long millis, String reason) {
        static Attempt of(Views.AttemptView attempt) {
            return new Attempt(
                    attempt.number(),
                    attempt.node(),
                    attempt.end().map((AttemptEnd end) -> Words.of(end)).orElse("lost"),
                    attempt.end().isPresent() ? attempt.exitCode() : null,
                    attempt.millis(),
                    attempt.reason());
        }
    }

    /**
     * @param reduceIndex index of the job's reduce, also when it has none
     * @param isOwners whether what the task was given and what it printed may be shown
     */
    static TaskJson of(SeenTask seen, int reduceIndex, boolean isOwners) {
        Views.TaskView view = seen.view();
        return new TaskJson(
                view.task(),
                view.task() == reduceIndex,
                isOwners ? view.parameters() : Map.of(),
                Words.of(seen.state()),
                view.node().orElse(null),
                view.attempts(),
                seen.isRecorded() ? view.exitCode() : null,
                seen.isRecorded() ? view.millis() : null,
                view.reason(),
                isOwners ? view.lastLine() : null,
                seen.current()
                        .map(task -> new Current(task.attempt(), seen.node(), task.running(), task.millis()))
                        .orElse(null),
                view.history().stream().map(Attempt::of).toList());
    }
}
