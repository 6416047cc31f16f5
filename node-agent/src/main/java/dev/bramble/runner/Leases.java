package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.model.AttemptId;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import dev.bramble.worker.Workers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Leases of the attempts at tasks of exclusive jobs that this node prepares or runs: asks the leader for them again and
 * again, and lets nothing begin without one. A lease lasts from when this node asked, not from when it was answered.
 * Event loop only.
 */
final class Leases {
    private final EventLoop loop;
    private final Cluster cluster;
    private final Workers workers;
    /** Whether nothing may begin now. */
    private final BooleanSupplier isFenced;

    private final Map<AttemptId, Lease> leases = new LinkedHashMap<>();
    private NodeId leader;
    private long term;
    private long askedNanos;
    private boolean isPosted;

    private static final class Lease {
        boolean isGiven;
        long untilNanos;
        /** What begins it, while it is ready and waits. */
        Consumer<Workers.Guard> begin;
    }

    Leases(EventLoop loop, Cluster cluster, Workers workers, BooleanSupplier isFenced) {
        this.loop = loop;
        this.cluster = cluster;
        this.workers = workers;
        this.isFenced = isFenced;
    }

    /** Whom to ask from now on. */
    void follow(NodeId newLeader, long newTerm) {
        leader = newLeader;
        term = newTerm;
        askSoon();
    }

    /** The attempt is about to need one. */
    void add(AttemptId attempt) {
        leases.put(attempt, new Lease());
        askSoon();
    }

    /** Its process is gone, or does not begin. */
    void remove(AttemptId attempt) {
        leases.remove(attempt);
    }

    /** The attempt is ready: has it begin as soon as its lease is there. */
    void begin(AttemptId attempt, Consumer<Workers.Guard> begin) {
        Lease lease = leases.get(attempt);
        lease.begin = begin;
        beginIfLeased(lease);
    }

    /** Whether the attempt is ready and only waits for its lease. */
    boolean isAwaited(AttemptId attempt) {
        Lease lease = leases.get(attempt);
        return lease != null && lease.begin != null;
    }

    /** Every second: those that wait ask at each, those that run less often. */
    void everySecond() {
        boolean isWaiting = leases.values().stream().anyMatch(lease -> lease.begin != null);
        if (isWaiting || loop.nanos() - askedNanos >= Timing.LEASE_ASKED_EVERY.toNanos()) {
            ask();
        }
    }

    private void askSoon() {
        if (!isPosted) {
            isPosted = true;
            loop.execute(() -> {
                isPosted = false;
                ask();
            });
        }
    }

    private void ask() {
        if (leader != null && !leases.isEmpty()) {
            askedNanos = loop.nanos();
            cluster.send(leader, new Message.AskLease(term, askedNanos, List.copyOf(leases.keySet())));
        }
    }

    /** However late it comes, it says only what holds since this node asked. */
    void received(Message.LeaseRenewed renewed) {
        if (renewed.stampNanos() - loop.nanos() > 0) {
            // Not of this boot of the machine.
            return;
        }
        long untilNanos = renewed.stampNanos() + Timing.LEASE.toNanos();
        for (AttemptId attempt : renewed.attempts()) {
            Lease lease = leases.get(attempt);
            if (lease != null && (!lease.isGiven || untilNanos - lease.untilNanos > 0)) {
                lease.isGiven = true;
                lease.untilNanos = untilNanos;
                if (lease.begin == null) {
                    workers.renew(attempt, untilNanos);
                } else {
                    beginIfLeased(lease);
                }
            }
        }
    }

    private void beginIfLeased(Lease lease) {
        boolean isLeased = lease.isGiven && lease.untilNanos - loop.nanos() > 0;
        if (isLeased && !isFenced.getAsBoolean()) {
            Consumer<Workers.Guard> begin = lease.begin;
            lease.begin = null;
            begin.accept(new Workers.Guard(lease.untilNanos, Timing.LEASE_GRACE));
        }
    }
}
