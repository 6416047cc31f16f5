package dev.bramble.scheduler;

import dev.bramble.model.JobId;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A node that takes work, as the planner sees it.
 *
 * @param name by which people know it
 * @param capacity what it offers to attempts
 * @param diskFreeBytes for tasks to write to, what the node keeps for itself taken off; empty when unknown
 * @param speed its clock now as a share of its full clock, above 0 to 1; 1 when unknown
 * @param heldMilliCpus what the attempts it holds, waiting or running, need together
 * @param heldMemoryBytes the same for memory
 * @param heldCpuSeconds estimated processor time, at its speed, of what it holds beyond what runs or starts at once
 * @param heldAttempts number of attempts it holds
 * @param running what runs there; asked for near a job's end only
 * @param warmJobs jobs whose files it has already
 * @param leavesSoon whether it is to be drained next: others come first
 * @param holdsSuspect whether it has a task that may be to blame for a loss
 * @param holdsLastChance whether it has one whose next loss puts it aside
 * @param avoids jobs that it should not get just now, since their files could not be brought there
 */
public record NodeOffer(
        NodeId node,
        String name,
        NodeCapacity capacity,
        OptionalLong diskFreeBytes,
        double speed,
        int heldMilliCpus,
        long heldMemoryBytes,
        double heldCpuSeconds,
        int heldAttempts,
        Supplier<List<Busy>> running,
        Set<JobId> warmJobs,
        boolean leavesSoon,
        boolean holdsSuspect,
        boolean holdsLastChance,
        Set<JobId> avoids) {
    /**
     * An attempt that runs.
     *
     * @param secondsLeft estimated, at the node's speed
     */
    public record Busy(int milliCpus, double secondsLeft) {}
}
