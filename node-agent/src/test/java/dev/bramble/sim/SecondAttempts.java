package dev.bramble.sim;

import dev.bramble.leader.Leader;
import dev.bramble.leader.LeaderProbe;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.WorkOrder;
import dev.bramble.scheduler.Speculation;
import java.util.Collection;

/** When a task may have a second attempt, as far as that can be known from outside. */
final class SecondAttempts {
    /** As {@link Speculation}: so many times as long as its fellows. */
    private static final double FACTOR = 3;
    /** A simulated attempt takes at least this share of what its job's tasks take typically. */
    private static final double LEAST_SHARE = 0.5;
    /** Chaos slows boards down by less; what a leader makes of a run time is wrong by as much when that changes. */
    private static final double SLOWNESS_MAX = 6;

    private final Simulation simulation;
    private long copies;
    private boolean areLost;

    SecondAttempts(Simulation simulation) {
        this.simulation = simulation;
    }

    /** How many there were. */
    long copies() {
        return copies;
    }

    /** From now on their orders get lost: the bramble is as if there were none. */
    void lose() {
        areLost = true;
    }

    boolean areLost() {
        return areLost;
    }

    /** It really ran for long, on another node, and of its job nothing else waits for a place. */
    boolean allows(Leader leader, JobRecord job, WorkOrder copy, NodeId to, Collection<Run> runs) {
        copies++;
        double least = Math.max(Speculation.RUN_MIN.toNanos(), FACTOR * leastMeanNanos(job));
        long now = simulation.time.nanos();
        return !LeaderProbe.hasOpen(leader, job.id())
                && !job.spec().isExclusive()
                && job.spec().filter().isEmpty()
                && copy.task().index() != job.spec().reduceIndex()
                && runs.stream()
                        .anyMatch(run -> run.granted.task().equals(copy.task())
                                && run.granted.count() == 1
                                && !run.node.equals(to)
                                && now - run.sinceNanos > least);
    }

    private double leastMeanNanos(JobRecord job) {
        if (job.spec().filter().isPresent()) {
            return 0;
        }
        double slowness = simulation.options.faults().slowdowns() > 0 ? SLOWNESS_MAX : 1;
        return Behaviour.of(job.spec().command()).millis() * 1e6 * LEAST_SHARE / slowness;
    }
}
