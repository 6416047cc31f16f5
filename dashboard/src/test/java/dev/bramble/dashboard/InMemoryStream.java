package dev.bramble.dashboard;

import dev.bramble.control.TaskActivityView;
import dev.bramble.control.TaskStreamView;
import dev.bramble.control.TaskStreamView.End;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Attempts of an {@link InMemoryBramble}: each node has one place, and all is seen from the beginning. */
final class InMemoryStream {
    long nowMillis = 90_000;
    long seenFromMillis;
    private final Map<JobId, List<TaskStreamView.Attempt>> ended = new HashMap<>();

    void end(JobId job, int task, String node, long endedMillis, long millis, End end) {
        List<TaskStreamView.Attempt> all = ended.computeIfAbsent(job, any -> new ArrayList<>());
        all.add(new TaskStreamView.Attempt(
                all.size() + 1, task, 1, new NodeId(node), 0, endedMillis - millis, endedMillis, millis, end));
    }

    private Stream<TaskStreamView.Attempt> of(JobId job) {
        return ended.getOrDefault(job, List.of()).stream();
    }

    private List<NodeId> nodes(JobId job) {
        return of(job).map(TaskStreamView.Attempt::node).distinct().sorted().toList();
    }

    private long count(JobId job, End end) {
        return of(job).filter(each -> each.end() == end).count();
    }

    TaskStreamView view(JobId job, long after, int limit) {
        List<TaskStreamView.Attempt> later =
                of(job).filter(each -> each.number() > after).toList();
        return new TaskStreamView(
                nowMillis,
                seenFromMillis,
                1,
                of(job).count(),
                new TaskStreamView.Totals(
                        count(job, End.SUCCEEDED),
                        count(job, End.FAILED),
                        count(job, End.TIMED_OUT),
                        count(job, End.KILLED),
                        count(job, End.LOST)),
                later.subList(Math.max(0, later.size() - limit), later.size()),
                nodes(job).stream()
                        .map(node -> new TaskStreamView.OnNode(
                                node,
                                "pi0" + node.value().substring(1),
                                4,
                                List.of(of(job).filter(each -> each.node().equals(node))
                                        .mapToLong(TaskStreamView.Attempt::endedMillis)
                                        .max()
                                        .orElse(0))))
                        .toList());
    }

    TaskActivityView activity(JobId job) {
        return new TaskActivityView(
                nowMillis,
                seenFromMillis,
                60_000,
                nodes(job).stream()
                        .map(node -> new TaskActivityView.OnNode(
                                node,
                                "pi0" + node.value().substring(1),
                                4,
                                List.of(new TaskActivityView.Step(
                                        of(job).filter(each -> each.node().equals(node))
                                                .mapToLong(TaskStreamView.Attempt::millis)
                                                .sum(),
                                        1,
                                        0,
                                        0))))
                        .toList());
    }
}
