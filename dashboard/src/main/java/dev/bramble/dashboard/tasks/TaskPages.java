package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.Views.TaskState;
import dev.bramble.control.Views.TaskView;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts together what the ledger knows of tasks (outcomes, through this head's copy) and what only the leader knows
 * (which run now). The two are not of the same instant: an outcome wins over a running attempt.
 */
final class TaskPages {
    private TaskPages() {}

    /**
     * @param next index to go on from; −1 when there is no more
     * @param runningKnown false when the leader could not be asked
     */
    record Tasks(List<SeenTask> tasks, int next, boolean runningKnown) {}

    /**
     * @param job as seen by whoever checked that the caller may see it
     * @param from first index wanted
     */
    static Tasks page(ApiRequest request, Views.JobView job, int from, int limit, Optional<TaskState> wanted) {
        if (wanted.equals(Optional.of(TaskState.RUNNING))) {
            return runningOnes(request, job.job(), from, limit);
        }
        List<TaskView> views = request.read(all -> all.tasks(job.job(), from, limit + 1, wanted));
        boolean more = views.size() > limit;
        List<TaskView> items = more ? views.subList(0, limit) : views;
        int next = more ? views.getLast().task() : -1;
        boolean mayRun = !job.phase().isFinal() && items.stream().anyMatch(task -> task.state() == TaskState.WAITING);
        Optional<Map<Integer, Control.RunningTask>> running =
                mayRun ? askLeader(request, job.job(), from, limit) : Optional.of(Map.of());
        List<SeenTask> seen = join(request, items, running.orElse(Map.of())).stream()
                .filter(task -> wanted.isEmpty() || task.state() == wanted.get())
                .toList();
        return new Tasks(seen, next, running.isPresent());
    }

    static SeenTask one(ApiRequest request, Views.JobView job, TaskView task) {
        boolean mayRun = !job.phase().isFinal() && task.state() == TaskState.WAITING;
        Map<Integer, Control.RunningTask> running =
                mayRun ? askLeader(request, job.job(), task.task(), 1).orElse(Map.of()) : Map.of();
        return join(request, List.of(task), running).getFirst();
    }

    /** Only the leader can say which these are, so here its silence is an error. */
    private static Tasks runningOnes(ApiRequest request, JobId job, int from, int limit) {
        request.check();
        Control.RunningTasks running = Waiting.await(request.control().running(job, from, limit));
        Map<Integer, Control.RunningTask> byTask = byTask(running);
        List<TaskView> views = request.read(all -> running.tasks().stream()
                .flatMap(task -> all.task(job, task.task()).stream())
                .toList());
        List<SeenTask> seen = join(request, views, byTask).stream()
                .filter(task -> task.state() == TaskState.RUNNING)
                .toList();
        return new Tasks(seen, running.next(), true);
    }

    /** Empty when it cannot be asked: what the ledger knows can still be shown. */
    private static Optional<Map<Integer, Control.RunningTask>> askLeader(
            ApiRequest request, JobId job, int from, int limit) {
        try {
            return Optional.of(byTask(Waiting.await(request.control().running(job, from, limit))));
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    private static Map<Integer, Control.RunningTask> byTask(Control.RunningTasks running) {
        Map<Integer, Control.RunningTask> byTask = new HashMap<>();
        // A speculative copy makes two of one task; the one that runs says more than the one that waits.
        running.tasks().forEach(task -> byTask.merge(task.task(), task, (one, other) -> one.running() ? one : other));
        return byTask;
    }

    private static List<SeenTask> join(
            ApiRequest request, List<TaskView> views, Map<Integer, Control.RunningTask> running) {
        Map<NodeId, String> names = running.isEmpty() ? Map.of() : names(request);
        Function<TaskView, SeenTask> join = view -> {
            Optional<Control.RunningTask> current = view.state() == TaskState.WAITING
                    ? Optional.ofNullable(running.get(view.task()))
                    : Optional.empty();
            String node = current.map(
                            task -> names.getOrDefault(task.node(), task.node().value()))
                    .orElse("");
            return new SeenTask(view, current, node);
        };
        return views.stream().map(join).toList();
    }

    private static Map<NodeId, String> names(ApiRequest request) {
        Map<NodeId, String> names = new HashMap<>();
        request.read(Views::nodes).forEach(node -> names.put(node.node(), node.name()));
        return names;
    }
}
