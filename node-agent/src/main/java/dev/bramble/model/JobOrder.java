package dev.bramble.model;

import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The part of a job that all its attempts on a node share.
 *
 * @param filter empty when each task has a process of its own
 * @param reduce what the reduce runs instead of {@code command} and {@code outputs}
 * @param traits what is unusual about its tasks; empty when nothing is
 */
public record JobOrder(
        JobId job,
        String name,
        List<String> command,
        Optional<Filter> filter,
        List<ShippedFile> ship,
        SequencedMap<String, String> env,
        Needs needs,
        Optional<Moment> deadline,
        Duration timeout,
        List<String> outputs,
        Optional<JobSpec.Reduce> reduce,
        Optional<TaskTraits> traits) {

    /** Whether attempts of one of its tasks never overlap. */
    public boolean isExclusive() {
        return traits.orElse(TaskTraits.NONE).exclusive();
    }

    /** Whether its tasks leave checkpoints when they are stopped. */
    public boolean leavesCheckpoints() {
        return traits.orElse(TaskTraits.NONE).checkpoints();
    }

    /**
     * What the tasks of a filter share.
     *
     * @param tasks where its lines come from
     */
    public record Filter(Framing framing, TaskSource tasks) {}
}
