package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptLimits;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.JobId;
import dev.bramble.model.JobOrder;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.WorkOrder;
import dev.bramble.time.EventLoop;
import dev.bramble.time.Moment;
import dev.bramble.worker.Filters;
import dev.bramble.worker.Workers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What this node does for the leader. Owned by the event loop. Everything it holds is local state: if the agent dies,
 * its attempts die with it and the leader gives their tasks to others.
 */
public final class Runner {
    /** Time between SIGTERM and SIGKILL. */
    static final Duration STOP_GRACE = Duration.ofSeconds(5);

    /** What the runner needs beside the event loop. */
    public record Parts(
            NodeId self,
            EventLoop loop,
            Cluster cluster,
            Workers workers,
            Filters filters,
            Inputs inputs,
            Results results,
            NodeCapacity capacity,
            Supplier<Optional<BoardHealth>> health,
            CordonMemory cordonMemory) {}

    private final Parts parts;
    private final LinkedHashMap<AttemptId, HeldAttempt> held = new LinkedHashMap<>();
    /** Those of them that wait for room, in the order in which they were granted. */
    private final LinkedHashSet<HeldAttempt> waiting = new LinkedHashSet<>();

    private final Cordon cordon;
    private final Reporting reporting;
    private final Leases leases;
    private final LogTails tails;
    private final Map<JobId, JobOrder> jobs = new HashMap<>();
    private int usedMilliCpus;
    private long usedMemoryBytes;
    private NodeId leader;
    private long term;
    private long ordersSeen;
    private Moment leaderNow = Moment.FOUNDING;
    private long pulseNanos;

    public Runner(Parts parts) {
        this.parts = parts;
        this.pulseNanos = parts.loop().nanos() - Timing.LEASE.toNanos();
        this.reporting = new Reporting(parts.loop(), parts.cluster(), parts.capacity(), held, waiting, this::rest);
        this.cordon = new Cordon(parts.cordonMemory(), reporting::tellAllSoon);
        this.term = Math.max(0, cordon.term());
        this.leases = new Leases(parts.loop(), parts.cluster(), parts.workers(), this::isFenced);
        this.tails = new LogTails(parts.workers(), tail -> parts.cluster().send(leader, tail));
    }

    /** Begins to report. */
    public void start() {
        everySecond();
    }

    private void everySecond() {
        // First, so that nothing that goes wrong below ends the node's reports.
        parts.loop().after(Timing.PULSE, this::everySecond);
        reporting.tellAll(parts.health().get());
        if (leader != null) {
            tails.send(held.values());
        }
        leases.everySecond();
        pump();
    }

    /** Whether this node has had no word from a leader for a lease: it starts nothing. */
    public boolean isFenced() {
        return parts.loop().nanos() - pulseNanos >= Timing.LEASE.toNanos();
    }

    /** The leader this node follows, if it heard one within its lease. */
    public Optional<NodeId> leader() {
        return isFenced() ? Optional.empty() : Optional.ofNullable(leader);
    }

    public void received(Message.Pulse pulse) {
        if (pulse.term() < term) {
            return;
        }
        if (pulse.term() > term) {
            term = pulse.term();
            ordersSeen = 0;
        }
        // Its orders may have come before its first pulse.
        boolean isNew = !reporting.follows(pulse.leader(), term);
        leader = pulse.leader();
        leaderNow = pulse.now();
        pulseNanos = parts.loop().nanos();
        parts.results().cordoned(Set.copyOf(pulse.cordoned().orElse(List.of())));
        if (isNew) {
            reporting.follow(leader, term, ordersSeen);
            leases.follow(leader, term);
            reporting.tellAll(parts.health().get());
        }
        if (cordon.hear(pulse, parts.self())) {
            List.copyOf(held.values()).forEach(this::dropUnstarted);
            reporting.tellAllSoon();
        }
        pump();
    }

    /** The node takes no work: what it has not begun goes back, what it prepares as soon as that ends. */
    private void dropUnstarted(HeldAttempt attempt) {
        switch (attempt.stage) {
            case WAITING, PREPARING -> {
                if (cordon.holds()) {
                    stop(attempt, HeldAttempt.Stopped.WITHDRAWN, STOP_GRACE);
                }
            }
            case RUNNING, KEEPING -> {
                // It may end here.
            }
        }
    }

    /** What is left of this node's work while it takes none; empty while it does. */
    public Optional<Message.Rest> rest() {
        if (!cordon.holds() || !cordon.isKept()) {
            return Optional.empty();
        }
        int unstarted = 0;
        int processes = 0;
        int batches = 0;
        int unsettled = 0;
        for (HeldAttempt attempt : held.values()) {
            switch (attempt.stage) {
                case WAITING, PREPARING -> unstarted++;
                case RUNNING -> {
                    if (attempt.isBatch()) {
                        batches++;
                    } else {
                        processes++;
                    }
                }
                case KEEPING -> unsettled++;
            }
        }
        int filters = Math.max(batches, parts.filters().processes());
        return Optional.of(new Message.Rest(cordon.ledgerIndex(), unstarted, processes + filters, unsettled));
    }

    public void received(Message.Orders orders) {
        if (orders.term() < term || orders.term() == term && orders.number() <= ordersSeen) {
            return;
        }
        if (orders.term() > term) {
            // The pulse of this leader was overtaken by its orders; the lease still dates from pulses only.
            term = orders.term();
        }
        ordersSeen = orders.number();
        reporting.saw(term, ordersSeen);
        orders.jobs().forEach(job -> jobs.put(job.job(), job));
        parts.inputs().learn(orders.places());
        if (cordon.holds()) {
            // They were sent before the leader knew of the cordon. Its orders are seen, and nothing of them is held.
            reporting.tellAllSoon();
            return;
        }
        for (WorkOrder order : orders.attempts()) {
            JobOrder job = jobs.get(order.task().job());
            if (job != null && !held.containsKey(order.attempt())) {
                HeldAttempt attempt = new HeldAttempt(
                        order, job, orders.inlineBytesMax(), orders.limits().orElse(AttemptLimits.STANDARD));
                held.put(order.attempt(), attempt);
                waiting.add(attempt);
            }
        }
        pump();
    }

    public void received(Message.Withdraw withdraw) {
        if (withdraw.term() < term) {
            return;
        }
        Duration grace = withdraw.grace().orElse(STOP_GRACE);
        HeldAttempt.Stopped why =
                withdraw.grace().isPresent() ? HeldAttempt.Stopped.MOVED : HeldAttempt.Stopped.WITHDRAWN;
        for (AttemptId id : withdraw.attempts()) {
            HeldAttempt attempt = held.get(id);
            if (attempt != null && !attempt.hasOutcome() && isNews(attempt, why)) {
                attempt.stoppedBecause = withdraw.reason();
                stop(attempt, why, grace);
            }
        }
        pump();
    }

    /**
     * A withdrawal is said again and again; what was to go on elsewhere may turn out to be wanted by nobody; what has
     * ended here already needs to go nowhere.
     */
    private static boolean isNews(HeldAttempt attempt, HeldAttempt.Stopped why) {
        return switch (why) {
            case MOVED -> attempt.stopped == HeldAttempt.Stopped.NO && attempt.stage != HeldAttempt.Stage.KEEPING;
            case WITHDRAWN -> attempt.stopped == HeldAttempt.Stopped.NO || attempt.stopped == HeldAttempt.Stopped.MOVED;
            case NO, TIMEOUT -> false;
        };
    }

    private void stop(HeldAttempt attempt, HeldAttempt.Stopped why, Duration grace) {
        attempt.stopped = why;
        switch (attempt.stage) {
            case WAITING -> abandon(attempt);
            case RUNNING -> {
                if (attempt.isBatch()) {
                    parts.filters().stop(attempt.order.attempt(), grace);
                } else {
                    parts.workers().stop(attempt.order.attempt(), grace);
                }
            }
            case PREPARING, KEEPING -> {
                // The step under way sees it when it ends; one that only waits for its lease has none.
                if (leases.isAwaited(attempt.order.attempt())) {
                    unprepared(attempt);
                }
            }
        }
    }

    /** How long attempts at tasks of exclusive jobs may run. */
    public void received(Message.LeaseRenewed renewed) {
        leases.received(renewed);
    }

    public void received(Message.Settled settled) {
        for (AttemptId id : settled.attempts()) {
            HeldAttempt attempt = held.get(id);
            if (attempt != null && attempt.hasOutcome()) {
                forget(attempt);
            }
        }
        if (cordon.holds()) {
            // Somebody waits for the end of all work here.
            reporting.tellAllSoon();
        }
    }

    /** Nobody waits for what it comes to. */
    private void abandon(HeldAttempt attempt) {
        forget(attempt);
        reporting.tellAllSoon();
    }

    private void forget(HeldAttempt attempt) {
        held.remove(attempt.order.attempt());
        waiting.remove(attempt);
        if (attempt.stage == HeldAttempt.Stage.KEEPING && !attempt.isBatch()) {
            parts.workers().discard(attempt.order.attempt());
        }
        // Seldom so many: only then is it worth a look at all that is held.
        if (jobs.size() > JOBS_REMEMBERED_MAX && held.values().stream().noneMatch(other -> other.job == attempt.job)) {
            jobs.remove(attempt.job.job());
        }
    }

    /** Jobs whose shared part is remembered without an attempt here: the leader tells each job once. */
    static final int JOBS_REMEMBERED_MAX = 1000;

    /** Starts what fits, in the order in which it was granted. */
    private void pump() {
        if (cordon.holds()) {
            // What is held is dropped already; processes that wait for lines wait in vain.
            parts.filters().endIdle();
            return;
        }
        if (isFenced()) {
            return;
        }
        while (!waiting.isEmpty() && fits(waiting.getFirst())) {
            prepare(waiting.removeFirst());
        }
    }

    /** Of the cores that this node offers, those that attempts have, 0 to 1. */
    public double busyShare() {
        return usedMilliCpus / (double) parts.capacity().milliCpus();
    }

    private boolean fits(HeldAttempt attempt) {
        return usedMilliCpus + attempt.job.needs().milliCpus()
                        <= parts.capacity().milliCpus()
                && usedMemoryBytes + attempt.job.needs().memoryBytes()
                        <= parts.capacity().memoryBytes();
    }

    private void takeRoom(HeldAttempt attempt, int sign) {
        usedMilliCpus += sign * attempt.job.needs().milliCpus();
        usedMemoryBytes += sign * attempt.job.needs().memoryBytes();
        if (attempt.job.isExclusive() && sign > 0) {
            leases.add(attempt.order.attempt());
        } else if (attempt.job.isExclusive()) {
            leases.remove(attempt.order.attempt());
        }
    }

    private void prepare(HeldAttempt attempt) {
        attempt.stage = HeldAttempt.Stage.PREPARING;
        makeRoom(attempt);
        takeRoom(attempt, 1);
        if (attempt.isBatch()) {
            parts.inputs()
                    .prepareBatch(attempt, limits(attempt))
                    .whenComplete((order, failure) -> prepared(attempt, failure, () -> launch(attempt, order)));
            return;
        }
        Optional<Duration> left = attempt.job.deadline().map(deadline -> deadline.since(bramble()));
        parts.inputs()
                .prepare(attempt, left, limits(attempt))
                .whenComplete((order, failure) -> prepared(attempt, failure, () -> begin(attempt, order)));
    }

    /** Processes that only wait for more lines give way to an attempt that needs their memory. */
    private void makeRoom(HeldAttempt attempt) {
        Filters filters = parts.filters();
        boolean takesOver =
                attempt.isBatch() && filters.hasIdle(attempt.order.task().job(), attempt.order.retryEpoch());
        long more = takesOver ? 0 : attempt.job.needs().memoryBytes();
        if (usedMemoryBytes + filters.idleMemoryBytes() + more
                > parts.capacity().memoryBytes()) {
            filters.endIdle();
        }
    }

    private void prepared(HeldAttempt attempt, Throwable failure, Runnable launch) {
        if (attempt.stopped != HeldAttempt.Stopped.NO) {
            unprepared(attempt);
        } else if (failure != null) {
            takeRoom(attempt, -1);
            attempt.stage = HeldAttempt.Stage.KEEPING;
            parts.inputs().release(attempt);
            notMade(attempt, Inputs.sentence(failure));
        } else if (isFenced()) {
            // The lease ended while its files were on their way: it waits for a leader like all others.
            takeRoom(attempt, -1);
            attempt.stage = HeldAttempt.Stage.WAITING;
            waiting.addFirst(attempt);
            parts.inputs().release(attempt);
        } else {
            launch.run();
        }
        pump();
    }

    private void unprepared(HeldAttempt attempt) {
        takeRoom(attempt, -1);
        parts.inputs().release(attempt);
        abandon(attempt);
    }

    private static Workers.ProcessLimits limits(HeldAttempt attempt) {
        Needs needs = attempt.job.needs();
        return new Workers.ProcessLimits(
                needs.milliCpus(),
                needs.memoryBytes(),
                attempt.limits.processesMax(),
                attempt.limits.streamBytesMax(),
                needs.diskBytes());
    }

    /** Bramble time as this node can tell it: the leader's last word and the time since. */
    private Moment bramble() {
        return leaderNow.plus(Duration.ofNanos(parts.loop().nanos() - pulseNanos));
    }

    private void begin(HeldAttempt attempt, Workers.ProcessOrder order) {
        if (attempt.job.isExclusive()) {
            leases.begin(attempt.order.attempt(), guard -> launch(attempt, order.guardedBy(guard)));
        } else {
            launch(attempt, order);
        }
    }

    private void launch(HeldAttempt attempt, Workers.ProcessOrder order) {
        attempt.stage = HeldAttempt.Stage.RUNNING;
        attempt.startedNanos = parts.loop().nanos();
        attempt.timeout = parts.loop().after(attempt.job.timeout(), () -> timeOut(attempt));
        parts.workers().start(order, new Workers.Watcher() {
            @Override
            public void started(long pid) {
                attempt.startedNanos = parts.loop().nanos();
                reporting.tellSoon(attempt);
            }

            @Override
            public void ended(Workers.Ended ended) {
                processEnded(attempt, ended);
            }
        });
    }

    private void timeOut(HeldAttempt attempt) {
        if (attempt.stopped == HeldAttempt.Stopped.NO) {
            stop(attempt, HeldAttempt.Stopped.TIMEOUT, STOP_GRACE);
        }
    }

    private void launch(HeldAttempt attempt, Filters.BatchOrder order) {
        attempt.stage = HeldAttempt.Stage.RUNNING;
        attempt.startedNanos = parts.loop().nanos();
        reporting.tellSoon(attempt);
        parts.filters().run(order, ended -> batchEnded(attempt, ended));
    }

    private void batchEnded(HeldAttempt attempt, Filters.BatchEnded ended) {
        attempt.stage = HeldAttempt.Stage.KEEPING;
        attempt.endedFenced = isFenced();
        takeRoom(attempt, -1);
        if (attempt.stopped == HeldAttempt.Stopped.WITHDRAWN) {
            parts.results().drop(ended);
            abandon(attempt);
        } else {
            parts.results()
                    .keepBatch(attempt, ended, () -> isWaiting(attempt.job))
                    .whenComplete((outcome, failure) -> {
                        if (failure != null) {
                            parts.results().drop(ended);
                            notMade(attempt, Inputs.sentence(failure));
                        } else if (attempt.stopped == HeldAttempt.Stopped.WITHDRAWN) {
                            abandon(attempt);
                        } else {
                            attempt.batch = outcome;
                            reporting.tellSoon(attempt);
                        }
                    });
        }
        pump();
    }

    private void processEnded(HeldAttempt attempt, Workers.Ended ended) {
        attempt.timeout.cancel();
        if (attempt.stopped == HeldAttempt.Stopped.TIMEOUT
                && ended.millis() < attempt.job.timeout().toMillis()) {
            // It had ended in time, while this agent stood still and could not hear of it.
            attempt.stopped = HeldAttempt.Stopped.NO;
        }
        attempt.stage = HeldAttempt.Stage.KEEPING;
        attempt.endedFenced = isFenced();
        takeRoom(attempt, -1);
        parts.inputs().release(attempt);
        if (attempt.stopped == HeldAttempt.Stopped.WITHDRAWN) {
            abandon(attempt);
        } else {
            parts.results().keep(attempt, ended, () -> isWaiting(attempt.job)).whenComplete((outcome, failure) -> {
                if (failure == null) {
                    ended(attempt, outcome);
                } else {
                    notMade(attempt, Inputs.sentence(failure));
                }
            });
        }
        pump();
    }

    /** Whether attempts of the job wait here for a place: others run then, and no place is empty. */
    private boolean isWaiting(JobOrder job) {
        return waiting.stream().anyMatch(other -> other.job.job().equals(job.job()));
    }

    private void ended(HeldAttempt attempt, AttemptOutcome outcome) {
        if (attempt.stopped == HeldAttempt.Stopped.WITHDRAWN) {
            abandon(attempt);
        } else {
            attempt.outcome = outcome;
            reporting.tellSoon(attempt);
        }
    }

    /** The attempt could not be made here, and that is not its task's fault. */
    private void notMade(HeldAttempt attempt, String reason) {
        if (!attempt.isBatch()) {
            ended(attempt, NotMade.attempt(attempt, reason));
        } else if (attempt.stopped == HeldAttempt.Stopped.WITHDRAWN) {
            abandon(attempt);
        } else {
            attempt.batch = NotMade.batch(attempt, reason);
            reporting.tellSoon(attempt);
        }
    }

    /** Blobs of attempts that no leader has settled, ended or still being kept: nobody else may know of them yet. */
    public Set<BlobId> waitingBlobs() {
        long now = parts.loop().nanos();
        long oldest = held.values().stream()
                .filter(attempt -> attempt.stage == HeldAttempt.Stage.KEEPING && !attempt.hasOutcome())
                .mapToLong(attempt -> now - attempt.startedNanos)
                .max()
                .orElse(0);
        Set<BlobId> blobs = new HashSet<>(parts.results().putSince(now - oldest));
        for (HeldAttempt attempt : held.values()) {
            if (attempt.outcome != null) {
                attempt.outcome.stored().forEach(stored -> blobs.add(stored.blob()));
            } else if (attempt.batch != null) {
                attempt.batch.stored().forEach(stored -> blobs.add(stored.blob()));
            }
        }
        return blobs;
    }

    /** The attempt, if this node holds it. */
    Optional<HeldAttempt> attempt(AttemptId id) {
        return Optional.ofNullable(held.get(id));
    }

    /** Attempts held here, waiting, running or not yet settled. */
    public int heldAttempts() {
        return held.size();
    }

    /** The capacity this node reports. */
    public NodeCapacity capacity() {
        return parts.capacity();
    }

    /** Answers where an attempt's log is asked. */
    public java.util.concurrent.CompletionStage<Optional<Workers.LogPiece>> log(
            AttemptId id, Workers.Stream stream, long offset, int bytesMax) {
        return parts.workers().log(id, stream, offset, bytesMax);
    }

    /** Whether {@code from} may order this node about: it leads the newest term that was heard. */
    public boolean isLeader(Member from) {
        return from.node().equals(leader);
    }
}
