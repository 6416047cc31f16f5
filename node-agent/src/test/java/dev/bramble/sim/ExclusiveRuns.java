package dev.bramble.sim;

import dev.bramble.model.AttemptId;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which processes of exclusive jobs really run now, beside all that leaders and nodes believe. */
final class ExclusiveRuns {
    private record Running(AttemptId attempt, NodeId node) {}

    private final Map<TaskId, Running> running = new HashMap<>();

    /** A process began; what is wrong with that. */
    Optional<String> began(Run.Granted granted, AttemptId attempt) {
        if (!granted.isExclusive()) {
            return Optional.empty();
        }
        Running before = running.put(granted.task(), new Running(attempt, granted.node()));
        return Optional.ofNullable(before)
                .map(other -> "exclusive attempts never overlap: task " + granted.task() + " ran as " + other + " when "
                        + attempt + " began on " + granted.node());
    }

    void gone(AttemptId attempt) {
        running.values().removeIf(each -> each.attempt().equals(attempt));
    }

    void died(NodeId node) {
        running.values().removeIf(each -> each.node().equals(node));
    }
}
