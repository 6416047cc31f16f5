package dev.bramble.dashboard.failures;

import dev.bramble.control.Views;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Toll;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stream of events, told one after the other. Times are in milliseconds before now. */
final class Told {
    final List<Views.EventView> events = new ArrayList<>();

    Told node(EventKind kind, long millisAgo, String node, String text) {
        return add(kind, millisAgo, node, Optional.empty(), -1, text, Optional.empty());
    }

    Told failed(long millisAgo, String node, int job, int task, int tasks, String reason) {
        String text = "task " + task + " of job " + job + " failed on " + node + ": " + reason;
        return add(
                EventKind.TASK_FAILED,
                millisAgo,
                node,
                Optional.of(new JobId(job)),
                task,
                text,
                Optional.of(new Toll(tasks, 1000L * tasks)));
    }

    Told add(
            EventKind kind,
            long millisAgo,
            String node,
            Optional<JobId> job,
            int task,
            String text,
            Optional<Toll> toll) {
        events.add(new Views.EventView(
                events.size() + 1,
                kind,
                millisAgo,
                Optional.empty(),
                node.isEmpty() ? Optional.empty() : Optional.of(new NodeId(node)),
                node,
                job,
                task,
                "bramble",
                text,
                toll));
        return this;
    }
}
