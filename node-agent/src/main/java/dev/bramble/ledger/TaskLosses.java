package dev.bramble.ledger;

import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** On which nodes a job's open tasks were lost, each once. Changed by {@link JobRecord} only. */
final class TaskLosses {
    private final TreeMap<Integer, List<NodeId>> nodes;

    TaskLosses(Map<Integer, List<NodeId>> image) {
        nodes = new TreeMap<>(image);
    }

    Map<Integer, List<NodeId>> image() {
        return new TreeMap<>(nodes);
    }

    /** In the order of the losses. */
    List<NodeId> of(int task) {
        return nodes.getOrDefault(task, List.of());
    }

    /** The first task from {@code from} on that was ever lost; {@code end} when there is none before it. */
    int next(int from, int end) {
        Integer next = nodes.ceilingKey(from);
        return next == null ? end : Math.min(next, end);
    }

    void add(int task, NodeId node) {
        List<NodeId> more = new ArrayList<>(of(task));
        more.add(node);
        nodes.put(task, List.copyOf(more));
    }

    void forget(int task) {
        nodes.remove(task);
    }

    void clear() {
        nodes.clear();
    }
}
