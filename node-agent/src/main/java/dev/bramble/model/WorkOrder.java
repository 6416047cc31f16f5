package dev.bramble.model;

import java.util.Optional;

/**
 * A granted attempt, as its node needs it; the rest is in the job's {@link JobOrder}.
 *
 * @param task the first of its tasks
 * @param count how many neighbouring tasks it has: 1, or of a filter the lines of a batch
 * @param number which try this is, from 1: BRAMBLE_ATTEMPT
 * @param input of the first task
 * @param checkpoint what the task's last attempt left for this one
 */
public record WorkOrder(
        AttemptId attempt,
        TaskId task,
        int count,
        int retryEpoch,
        int number,
        TaskInput input,
        Optional<Checkpoint> checkpoint) {
    /** Its tasks. */
    public TaskRange tasks() {
        return new TaskRange(task.index(), count);
    }
}
