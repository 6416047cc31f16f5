package dev.bramble.runner;

import dev.bramble.model.AttemptLimits;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.JobOrder;
import dev.bramble.model.JobSpec;
import dev.bramble.model.TaskInput;
import dev.bramble.model.WorkOrder;
import dev.bramble.time.EventLoop;
import java.util.List;

/** One attempt on this node. Event loop only. */
final class HeldAttempt {
    /** How far it is. */
    enum Stage {
        /** Waits for room. */
        WAITING,
        /** Its files are being brought here. */
        PREPARING,
        /** Its process runs. */
        RUNNING,
        /** Its process is gone; what it left is being kept. */
        KEEPING
    }

    /** Why we stopped its process. */
    enum Stopped {
        /** We did not. */
        NO,
        /** Its timeout passed. */
        TIMEOUT,
        /** Its task goes on elsewhere: what it comes to is still of interest. */
        MOVED,
        /** The leader does not want it any more. */
        WITHDRAWN
    }

    final WorkOrder order;
    final JobOrder job;
    final int inlineBytesMax;
    final AttemptLimits limits;
    Stage stage = Stage.WAITING;
    Stopped stopped = Stopped.NO;
    /** The leader's words for it. */
    String stoppedBecause = "";

    long startedNanos;
    long stdoutSeen;
    long stderrSeen;
    /** Whether its process ended while this node was fenced: then a failure does not count. DESIGN section 8. */
    boolean endedFenced;

    EventLoop.Timer timeout = () -> {};
    /** What it came to, once that is known: of one task. */
    AttemptOutcome outcome;
    /** The same of a batch. */
    BatchOutcome batch;

    HeldAttempt(WorkOrder order, JobOrder job, int inlineBytesMax, AttemptLimits limits) {
        this.order = order;
        this.job = job;
        this.inlineBytesMax = inlineBytesMax;
        this.limits = limits;
    }

    boolean isReduce() {
        return switch (order.input()) {
            case TaskInput.Results results -> true;
            case TaskInput.Index index -> false;
            case TaskInput.Parameters parameters -> false;
            case TaskInput.Line line -> false;
            case TaskInput.File file -> false;
        };
    }

    /** Whether it is a batch of a filter's lines. */
    boolean isBatch() {
        return job.filter().isPresent() && !isReduce();
    }

    /** Whether what it came to is known. */
    boolean hasOutcome() {
        return outcome != null || batch != null;
    }

    List<String> command() {
        return isReduce() ? job.reduce().map(JobSpec.Reduce::command).orElse(List.of()) : job.command();
    }

    List<String> outputs() {
        return isReduce() ? job.reduce().map(JobSpec.Reduce::outputs).orElse(List.of()) : job.outputs();
    }

    /** Whether it takes room on the node now. */
    boolean takesRoom() {
        return switch (stage) {
            case PREPARING, RUNNING -> true;
            case WAITING, KEEPING -> false;
        };
    }
}
