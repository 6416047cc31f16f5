package dev.bramble.model;

/** How far a job is. */
public enum JobPhase {
    /** Accepted, no outcome yet: waits for jobs named in {@code after}, or for nodes; or its first tasks run. */
    QUEUED,
    /** At least one task has an outcome; ends when all have one. */
    RUNNING,
    /** All tasks succeeded and the reduce has not ended. */
    REDUCING,
    /** Every task, and the reduce, succeeded. Final. */
    SUCCEEDED,
    /** Every task has an outcome and at least one failed, or the reduce failed. Final until a retry. */
    FAILED,
    /** A user, or the missed deadline with {@code on_deadline: cancel}, ended it. Final. */
    CANCELLED;

    public boolean isFinal() {
        return switch (this) {
            case QUEUED, RUNNING, REDUCING -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }
}
