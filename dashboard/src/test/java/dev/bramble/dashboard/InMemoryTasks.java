package dev.bramble.dashboard;

import dev.bramble.control.Views;
import dev.bramble.model.AttemptEnd;
import java.util.List;
import java.util.Optional;

/** Tasks of an {@link InMemoryBramble}. */
final class InMemoryTasks {
    private InMemoryTasks() {}

    /** The task as one that failed at its last try, as at the one before. */
    static Views.TaskView failed(Views.TaskView before, String node, String reason) {
        List<Views.AttemptView> history =
                List.of(new Views.AttemptView(1, node, Optional.of(AttemptEnd.FAILED), 1, 1_000, reason));
        return new Views.TaskView(
                before.task(),
                before.parameters(),
                Views.TaskState.FAILED,
                Optional.of(node),
                2,
                1,
                1_000,
                reason,
                "",
                history);
    }

    static byte[] outcomes(List<Views.TaskView> all, int from, int count, byte open, byte succeeded, byte failed) {
        byte[] bytes = new byte[Math.clamp((long) all.size() - from, 0, count)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = switch (all.get(from + i).state()) {
                case SUCCEEDED -> succeeded;
                case FAILED -> failed;
                case WAITING, RUNNING, CANCELLED -> open;
            };
        }
        return bytes;
    }
}
