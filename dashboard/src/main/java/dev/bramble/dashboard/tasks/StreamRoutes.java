package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.TaskActivityView;
import dev.bramble.control.TaskStreamView;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What ran where and when for a job: what the picture of its stream is made of. */
public final class StreamRoutes {
    static final String SINCE = "since";

    /** A few hundred kilobytes, packed to a tenth of that; a page asks for what is new from then on. */
    static final int ATTEMPTS_MAX = 4096;

    private final RunningNow runningNow = new RunningNow(System::nanoTime);

    public List<Route> routes() {
        return List.of(
                Route.get("/jobs/{job}/attempts", UserRole.VIEWER, this::attempts, SINCE, Page.LIMIT),
                Route.get("/jobs/{job}/activity", UserRole.VIEWER, this::activity));
    }

    private record Seen<T>(boolean active, T view) {}

    private void attempts(ApiRequest request) {
        JobId job = request.job();
        long since = request.number(SINCE, 0, Long.MAX_VALUE / 2, 0);
        int limit = (int) request.number(Page.LIMIT, 1, ATTEMPTS_MAX, ATTEMPTS_MAX);
        Seen<TaskStreamView> seen = request.read(views -> new Seen<>(
                !request.anyJob(views, job).phase().isFinal(),
                views.stream(job, since, limit).orElseThrow()));
        Optional<Control.RunningTasks> running = running(request, job, seen.active());
        List<Control.RunningTask> tasks =
                running.map(Control.RunningTasks::tasks).orElse(List.of());
        List<RunningLanes.Place> places = RunningLanes.of(seen.view(), tasks);
        List<StreamJson.NodeJson> nodes = nodes(request, seen.view(), places);
        Map<String, Integer> numbers = new HashMap<>();
        nodes.forEach(node -> numbers.put(node.node(), numbers.size()));
        request.json(new StreamJson(
                seen.active(),
                seen.view().nowMillis(),
                seen.view().seenFromMillis(),
                seen.view().oldest(),
                seen.view().last(),
                running.isPresent(),
                (int) tasks.stream().filter(task -> !task.running()).count(),
                StreamJson.of(seen.view().totals()),
                nodes,
                StreamJson.EndedJson.of(
                        seen.view().attempts(),
                        attempt -> numbers.get(attempt.node().value())),
                StreamJson.RunningJson.of(
                        places, place -> numbers.get(place.task().node().value()))));
    }

    private Optional<Control.RunningTasks> running(ApiRequest request, JobId job, boolean isActive) {
        return isActive ? runningNow.of(request.control(), job) : Optional.of(new Control.RunningTasks(List.of(), -1));
    }

    private static List<StreamJson.NodeJson> nodes(
            ApiRequest request, TaskStreamView seen, List<RunningLanes.Place> running) {
        List<StreamJson.NodeJson> nodes = new ArrayList<>();
        seen.nodes()
                .forEach(node -> nodes.add(new StreamJson.NodeJson(node.node().value(), node.name(), node.slots())));
        List<NodeId> known =
                seen.nodes().stream().map(TaskStreamView.OnNode::node).toList();
        List<NodeId> others = running.stream()
                .map(place -> place.task().node())
                .distinct()
                .filter(node -> !known.contains(node))
                .toList();
        if (!others.isEmpty()) {
            request.read(views -> others.stream()
                            .map(node -> new StreamJson.NodeJson(
                                    node.value(),
                                    views.node(node.value())
                                            .map(Views.NodeView::name)
                                            .orElse(node.value()),
                                    0))
                            .toList())
                    .forEach(nodes::add);
        }
        return List.copyOf(nodes);
    }

    private void activity(ApiRequest request) {
        JobId job = request.job();
        Seen<TaskActivityView> seen = request.read(views -> new Seen<>(
                !request.anyJob(views, job).phase().isFinal(),
                views.activity(job).orElseThrow()));
        Optional<Control.RunningTasks> running = running(request, job, seen.active());
        Map<NodeId, long[]> busy =
                busyNow(seen.view(), running.map(Control.RunningTasks::tasks).orElse(List.of()));
        request.json(new StreamJson.ActivityJson(
                seen.active(),
                seen.view().nowMillis(),
                seen.view().seenFromMillis(),
                seen.view().stepMillis(),
                running.isPresent(),
                seen.view().nodes().stream()
                        .map(node -> StreamJson.NodeActivityJson.of(node, busy.getOrDefault(node.node(), new long[0])))
                        .toList()));
    }

    /** What runs has been busy since it began; it is summed up with the others only when it has ended. */
    static Map<NodeId, long[]> busyNow(TaskActivityView seen, List<Control.RunningTask> running) {
        long step = seen.stepMillis();
        int steps = (int) Math.max(1, seen.nowMillis() / step + 1);
        Map<NodeId, long[]> busy = new HashMap<>();
        for (Control.RunningTask task : running) {
            if (task.running()) {
                long[] of = busy.computeIfAbsent(task.node(), any -> new long[steps]);
                long began = Math.max(0, seen.nowMillis() - task.millis());
                for (int i = (int) (began / step); i < steps; i++) {
                    of[i] += Math.max(0, Math.min(seen.nowMillis(), (i + 1) * step) - Math.max(began, i * step));
                }
            }
        }
        return busy;
    }
}
