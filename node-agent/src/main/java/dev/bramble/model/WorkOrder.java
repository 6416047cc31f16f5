package dev.bramble.model;

/**
 * A granted attempt, as its node needs it; the rest is in the job's {@link JobOrder}.
 *
 * @param number which try this is, from 1: BRAMBLE_ATTEMPT
 */
public record WorkOrder(AttemptId attempt, TaskId task, int retryEpoch, int number, TaskInput input) {}
