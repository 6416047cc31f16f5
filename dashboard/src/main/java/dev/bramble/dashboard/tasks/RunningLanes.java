package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.TaskStreamView;
import dev.bramble.model.NodeId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Places in the picture for attempts that run: behind those that ended before they began, one in a place. Pure. */
final class RunningLanes {
    /** An attempt is recorded about so long after it ended; the next one has begun by then. */
    private static final long RECORDED_LATE_MILLIS = 1_000;

    private RunningLanes() {}

    /** @param beganMillis since the job was submitted */
    record Place(Control.RunningTask task, int lane, long beganMillis) {}

    static List<Place> of(TaskStreamView seen, List<Control.RunningTask> running) {
        Map<NodeId, TaskStreamView.OnNode> nodes = new HashMap<>();
        seen.nodes().forEach(node -> nodes.put(node.node(), node));
        Map<NodeId, Set<Integer>> taken = new HashMap<>();
        return running.stream()
                .filter(Control.RunningTask::running)
                .sorted(Comparator.comparingLong(Control.RunningTask::millis)
                        .reversed()
                        .thenComparingInt(Control.RunningTask::task))
                .map(task -> {
                    long began = seen.nowMillis() - task.millis();
                    int lane = free(
                            nodes.getOrDefault(task.node(), new TaskStreamView.OnNode(task.node(), "", 0, List.of())),
                            taken.computeIfAbsent(task.node(), any -> new HashSet<>()),
                            began);
                    taken.get(task.node()).add(lane);
                    return new Place(task, lane, began);
                })
                .toList();
    }

    /**
     * Of the places that nothing takes the one that became free last before the attempt began; else a new one; else,
     * when the node has no more, whichever became free first.
     */
    private static int free(TaskStreamView.OnNode node, Set<Integer> taken, long began) {
        List<Long> ends = node.laneEnds();
        List<Integer> open = IntStream.range(0, ends.size())
                .filter(lane -> !taken.contains(lane))
                .boxed()
                .toList();
        boolean mayGrow = open.isEmpty() || node.slots() == 0 || ends.size() < node.slots();
        return open.stream()
                .filter(lane -> ends.get(lane) <= began + RECORDED_LATE_MILLIS)
                .max(Comparator.comparingLong(ends::get))
                .orElseGet(() -> mayGrow
                        ? next(ends.size(), taken)
                        : open.stream().min(Comparator.comparingLong(ends::get)).orElseThrow());
    }

    private static int next(int from, Set<Integer> taken) {
        int lane = from;
        while (taken.contains(lane)) {
            lane++;
        }
        return lane;
    }
}
