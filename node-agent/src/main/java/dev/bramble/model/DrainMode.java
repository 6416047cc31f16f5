package dev.bramble.model;

/** What becomes of the tasks that run on a node when it is drained. */
public enum DrainMode {
    /** They may end until the deadline; those that have not are stopped then and start elsewhere. */
    FINISH,
    /** Those of jobs that keep checkpoints are stopped at once and go on elsewhere; the others as with FINISH. */
    CHECKPOINT,
    /** All are stopped at once; those that leave a checkpoint go on elsewhere, the others start there anew. */
    MOVE
}
