package dev.bramble.sim;

import dev.bramble.model.NodeId;
import dev.bramble.model.TaskId;
import dev.bramble.worker.Workers;

/** One process that really ran, as the invariants saw it. */
final class Run {
    /** What a leader granted. */
    record Granted(NodeId node, TaskId task, int count, int epoch, long timeoutMillis, boolean isExclusive) {}

    final NodeId node;
    final Granted granted;
    final int milliCpus;
    final long memoryBytes;
    final long sinceNanos;
    boolean stopped;
    boolean dead;
    Workers.Exit exit;

    Run(NodeId node, Granted granted, Workers.ProcessLimits limits, long sinceNanos) {
        this.sinceNanos = sinceNanos;
        this.node = node;
        this.granted = granted;
        this.milliCpus = limits.milliCpus();
        this.memoryBytes = limits.memoryBytes();
    }

    /** Whether it ended as what we stop does. */
    static boolean isKill(Workers.Exit exit) {
        return exit.equals(new Workers.Exit.Signal(15)) || exit.equals(new Workers.Exit.Signal(9));
    }
}
