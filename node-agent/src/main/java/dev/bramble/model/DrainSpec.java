package dev.bramble.model;

import java.time.Duration;

/**
 * How nodes are drained, as an operator asked for it.
 *
 * @param deadline from the beginning of each node's own drain; what runs then is stopped
 * @param grace between SIGTERM and SIGKILL
 * @param maxOut most nodes of one order that are DRAINING, in MAINTENANCE or RETURNING at a time
 */
public record DrainSpec(DrainMode mode, Duration deadline, Duration grace, AfterDrain then, int maxOut) {
    /** Long enough for the tasks that boards usually run, short enough to stand beside the rack. */
    public static final Duration DEADLINE_STANDARD = Duration.ofMinutes(15);
    /** A task that saves its state to a slow card needs some seconds. */
    public static final Duration GRACE_STANDARD = Duration.ofSeconds(30);
    /** Less is a slip: the tasks would be stopped before the order has reached all nodes. */
    public static final Duration DEADLINE_MIN = Duration.ofSeconds(1);
    /** Beyond it an operator has forgotten the drain. */
    public static final Duration DEADLINE_MAX = Duration.ofDays(7);
    /** A task that needs longer should leave checkpoints more often. */
    public static final Duration GRACE_MAX = Duration.ofMinutes(30);
    /** With less a task on a busy board is killed before it has seen the signal. */
    public static final Duration GRACE_MIN = Duration.ofSeconds(1);
}
