package dev.bramble.model;

/** How an attempt ended, as its node saw it. */
public enum AttemptEnd {
    /** Exit 0. */
    SUCCEEDED,
    /** Exit other than 0, ended by a signal that was not ours, or it could not be started. Costs a try. */
    FAILED,
    /** We stopped it since its timeout passed. Costs a try. */
    TIMED_OUT,
    /** We stopped it for another reason: cancelled, drained, superseded. Costs nothing. */
    KILLED
}
