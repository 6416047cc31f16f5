package dev.bramble.scheduler;

import dev.bramble.model.JobId;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeId;
import dev.bramble.model.Priority;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * A job that wants nodes.
 *
 * @param slack deadline − now − estimated remaining, if it has a deadline
 * @param remaining estimated time until it is done with the nodes there are; zero when unknown
 * @param ownerMilliCpus what its owner's attempts take now, over all jobs
 * @param room how many more of its attempts may be held together ({@code at_once})
 * @param taskSeconds measured run time of one task on one node; empty before the first ended
 * @param batchTasks most tasks of one grant: 1 for commands
 * @param supply its open tasks in order: those given back first; the planner reads as many as it grants
 * @param failedOn nodes that a task should get last: its earlier attempts failed there
 * @param suspicion what a task's earlier losses mean for where it may run
 */
public record JobDemand(
        JobId job,
        String owner,
        Priority priority,
        Moment submitted,
        Optional<Duration> slack,
        Duration remaining,
        long ownerMilliCpus,
        Needs needs,
        int room,
        OptionalDouble taskSeconds,
        int batchTasks,
        TaskSupply supply,
        IntFunction<Set<NodeId>> failedOn,
        IntFunction<Suspicion> suspicion) {}
