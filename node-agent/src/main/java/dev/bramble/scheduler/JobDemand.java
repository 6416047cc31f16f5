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
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/**
 * A job that wants nodes.
 *
 * @param slack deadline − now − estimated remaining, if it has a deadline
 * @param remaining estimated time until it is done with the nodes there are; zero when unknown
 * @param ownerMilliCpus what its owner's attempts take now, over all jobs
 * @param room how many more of its attempts may be held together ({@code at_once})
 * @param taskSeconds measured run time of one task on a board at its full speed; empty before the first ended
 * @param guessSeconds taken for it until then, where one node is compared with another
 * @param pace how many times as long a task was measured to take on a node as on others at the same clock
 * @param batchTasks most tasks of one grant to a board at its full speed: 1 for commands
 * @param open how many of its tasks nobody holds
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
        double guessSeconds,
        ToDoubleFunction<NodeId> pace,
        int batchTasks,
        IntSupplier open,
        TaskSupply supply,
        IntFunction<Set<NodeId>> failedOn,
        IntFunction<Suspicion> suspicion) {

    /** What the node does of this job in a second, as a share of what a board at its full speed does. */
    double speedOn(NodeOffer offer) {
        return offer.speed() / pace.applyAsDouble(offer.node());
    }

    /** Estimated run time of one task there. */
    double secondsOn(NodeOffer offer) {
        return taskSeconds.orElse(guessSeconds) / speedOn(offer);
    }

    /** Most tasks of one grant there: slow boards get smaller batches, that take as long. */
    int batchOn(NodeOffer offer) {
        return batchTasks == 1 ? 1 : Math.clamp(Math.round(batchTasks * speedOn(offer)), 1, batchTasks);
    }

    /** Estimated run time of one grant there. */
    double grantSecondsOn(NodeOffer offer) {
        return batchOn(offer) * secondsOn(offer);
    }

    /** About how many grants its open tasks are. */
    long grantsLeft() {
        return Math.ceilDiv(Math.max(1, open.getAsInt()), batchTasks);
    }
}
