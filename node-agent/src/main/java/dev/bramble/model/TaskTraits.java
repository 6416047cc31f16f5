package dev.bramble.model;

/**
 * What is unusual about all tasks of a job.
 *
 * @param exclusive attempts of a task never overlap, whatever breaks
 * @param checkpoints a task that is stopped may exit with {@link #CHECKPOINT_EXIT}: what it left in its checkpoint
 *     folder is there for its next attempt
 */
public record TaskTraits(boolean exclusive, boolean checkpoints) {
    /** Exit code by which a task that was stopped says "I left a checkpoint". DESIGN section 7. */
    public static final int CHECKPOINT_EXIT = 85;

    /** The usual. */
    public static final TaskTraits NONE = new TaskTraits(false, false);
}
