package dev.bramble.scheduler;

import dev.bramble.model.JobId;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Second attempts for stragglers, where slots would be idle otherwise. Stateless: the same offers and jobs give the
 * same copies.
 */
public final class Speculation {
    /** A shorter attempt ends before a copy has caught up with it. */
    public static final Duration RUN_MIN = Duration.ofSeconds(2);
    /** So many times as long as its fellows took: most programs vary by less. */
    static final double FACTOR = 3;
    /** With fewer that have ended nobody knows how long one takes. */
    static final int ENDED_MIN = 5;
    /** Of a job's running attempts so many may have a copy, and one always. */
    static final double SHARE_MAX = 0.1;

    private Speculation() {}

    /** A running attempt at a single task that has no copy. */
    public record Running(int task, NodeId node, Duration ran) {}

    /**
     * A job without open tasks whose attempts may have copies.
     *
     * @param meanSeconds run time of those that ended well, as on a board at its full speed
     * @param ended how many those are
     * @param attempts of it that run now, copies among them
     * @param copies of it that run now
     * @param room how many more attempts it may have
     */
    public record Job(
            JobId job,
            Needs needs,
            double meanSeconds,
            int ended,
            int attempts,
            int copies,
            int room,
            List<Running> running) {}

    /** Copies to start now; at most one for each node, so that none is filled with them at once. */
    public static List<Grant> plan(Collection<NodeOffer> offers, Collection<Job> jobs) {
        List<Grant> grants = new ArrayList<>();
        Set<NodeId> used = new HashSet<>();
        for (Job job : jobs) {
            int most = Math.min(job.room(), Math.max(1, (int) (job.attempts() * SHARE_MAX)) - job.copies());
            List<Running> slowestFirst = job.running().stream()
                    .filter(each -> isStraggler(job, each))
                    .sorted(Comparator.comparing(Running::ran).reversed().thenComparing(Running::task))
                    .toList();
            for (Running straggler : slowestFirst) {
                Optional<NodeOffer> idle = most <= 0 ? Optional.empty() : idle(offers, job, straggler, used);
                if (idle.isEmpty()) {
                    break;
                }
                used.add(idle.get().node());
                grants.add(new Grant(
                        job.job(),
                        new TaskRange(straggler.task(), 1),
                        idle.get().node()));
                most--;
            }
        }
        return grants;
    }

    private static boolean isStraggler(Job job, Running attempt) {
        double seconds = attempt.ran().toMillis() / 1000.0;
        return job.ended() >= ENDED_MIN && attempt.ran().compareTo(RUN_MIN) > 0 && seconds > FACTOR * job.meanSeconds();
    }

    /** The fastest other node with a free slot, the emptiest of those. */
    private static Optional<NodeOffer> idle(
            Collection<NodeOffer> offers, Job job, Running straggler, Set<NodeId> used) {
        return offers.stream()
                .filter(offer -> !offer.node().equals(straggler.node()) && !used.contains(offer.node()))
                .filter(offer -> hasRoom(offer, job.needs()) && !offer.avoids().contains(job.job()))
                .min(Comparator.<NodeOffer>comparingDouble(offer -> -offer.speed())
                        .thenComparingInt(NodeOffer::heldMilliCpus)
                        .thenComparing(NodeOffer::node));
    }

    private static boolean hasRoom(NodeOffer offer, Needs needs) {
        return Scheduler.feasible(offer, needs)
                && offer.heldAttempts() < Scheduler.HELD_MAX
                && offer.heldMilliCpus() + needs.milliCpus() <= offer.capacity().milliCpus()
                && offer.heldMemoryBytes() + needs.memoryBytes()
                        <= offer.capacity().memoryBytes();
    }
}
