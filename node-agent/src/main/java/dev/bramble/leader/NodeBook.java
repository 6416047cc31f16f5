package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import dev.bramble.scheduler.NodeOffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What the leader knows of one node that is up: its last word, and the attempts it holds. Soft state. */
final class NodeBook {
    /** An attempt that the node holds, at one task or at a batch, as far as the leader knows. */
    static final class Held {
        static final long NOT_SENT = -1;

        final AttemptId attempt;
        final TaskId task;
        final int count;
        final int retryEpoch;
        final int number;
        /** Of the orders that carry it; {@link #NOT_SENT} before they are sent. */
        long ordersNumber;

        final Needs needs;
        long sinceNanos;
        boolean running;
        /** How long it has run, by the node's last word of it, which came at {@link #millisNanos}. */
        long millis;

        long millisNanos;
        /** Whether it was granted beside another attempt at the same task. */
        boolean copy;
        /** Whether it is a part of a batch that was lost. */
        boolean part;

        Held(
                AttemptId attempt,
                TaskId task,
                int count,
                int retryEpoch,
                int number,
                long ordersNumber,
                Needs needs,
                long sinceNanos) {
            this.attempt = attempt;
            this.task = task;
            this.count = count;
            this.retryEpoch = retryEpoch;
            this.number = number;
            this.ordersNumber = ordersNumber;
            this.needs = needs;
            this.sinceNanos = sinceNanos;
        }

        TaskRange tasks() {
            return new TaskRange(task.index(), count);
        }
    }

    private final Member member;
    private final LinkedHashMap<AttemptId, Held> held = new LinkedHashMap<>();
    private final TreeMap<JobId, Integer> heldByJob = new TreeMap<>();
    private final TreeMap<JobId, Integer> waitingTasksByJob = new TreeMap<>();
    private final Map<JobId, Long> avoidUntilNanos = new HashMap<>();
    private final Set<JobId> toldJobs = new HashSet<>();
    private Message.Status status;
    private java.util.Optional<dev.bramble.model.BoardHealth> health = java.util.Optional.empty();
    private long heardNanos;
    private int heldParts;
    private int heldMilliCpus;
    private long heldMemoryBytes;
    private int runningMilliCpus;
    private long runningMemoryBytes;

    NodeBook(Member member) {
        this.member = member;
    }

    Member member() {
        return member;
    }

    /** Whether the node has answered this leader. */
    boolean hasReported() {
        return status != null;
    }

    Message.Status status() {
        return status;
    }

    /** Whether by its last word it starts nothing, since it was told to. */
    boolean rests() {
        return status != null && status.rest().isPresent();
    }

    java.util.Optional<dev.bramble.model.BoardHealth> health() {
        return health;
    }

    long heardNanos() {
        return heardNanos;
    }

    void heard(Message.Status newest, long nanos) {
        status = newest;
        heard(nanos);
        if (newest.health().isPresent()) {
            health = newest.health();
        }
    }

    void heard(long nanos) {
        heardNanos = nanos;
    }

    Collection<Held> held() {
        return held.values();
    }

    /** How long what it runs has run by its last word, of each job. */
    SortedMap<JobId, Long> workMillisByJob() {
        SortedMap<JobId, Long> millis = new TreeMap<>();
        held.values().stream()
                .filter(each -> each.running)
                .forEach(each -> millis.merge(each.task.job(), each.millis, Long::sum));
        return millis;
    }

    /** Attempts of the job that it holds, those of an earlier epoch that are on their way out with them. */
    int heldOf(JobId job) {
        return heldByJob.getOrDefault(job, 0);
    }

    /** Adds what {@link #heldOf} says of each job. */
    void countHeld(Map<JobId, Integer> sums) {
        heldByJob.forEach((job, attempts) -> sums.merge(job, attempts, Integer::sum));
    }

    Held held(AttemptId attempt) {
        return held.get(attempt);
    }

    void add(Held attempt) {
        held.put(attempt.attempt, attempt);
        heldByJob.merge(attempt.task.job(), 1, Integer::sum);
        count(attempt, 1);
        heldParts += attempt.part ? 1 : 0;
        heldMilliCpus += attempt.needs.milliCpus();
        heldMemoryBytes += attempt.needs.memoryBytes();
    }

    /** The node's word on an attempt that it holds. */
    void heard(Held attempt, boolean running, long millis) {
        count(attempt, -1);
        attempt.running = running;
        attempt.millis = millis;
        attempt.millisNanos = heardNanos;
        count(attempt, 1);
    }

    /** Counts one more or one less, as what runs or as what waits. */
    private void count(Held attempt, int change) {
        if (attempt.running) {
            runningMilliCpus += change * attempt.needs.milliCpus();
            runningMemoryBytes += change * attempt.needs.memoryBytes();
        } else {
            waitingTasksByJob.merge(
                    attempt.task.job(),
                    change * attempt.count,
                    (known, more) -> known + more == 0 ? null : known + more);
        }
    }

    /** Whether it holds a part of a batch that was lost. */
    boolean holdsPart() {
        return heldParts > 0;
    }

    /** Whether it holds one of these tasks, alone. */
    boolean holdsAny(Set<TaskId> tasks) {
        return !tasks.isEmpty()
                && held.values().stream().anyMatch(each -> each.count == 1 && tasks.contains(each.task));
    }

    /** Forgets the attempt; null when it was not held. */
    Held remove(AttemptId attempt) {
        Held removed = held.remove(attempt);
        if (removed != null) {
            heldByJob.computeIfPresent(removed.task.job(), (job, count) -> count == 1 ? null : count - 1);
            count(removed, -1);
            heldParts -= removed.part ? 1 : 0;
            heldMilliCpus -= removed.needs.milliCpus();
            heldMemoryBytes -= removed.needs.memoryBytes();
        }
        return removed;
    }

    int running() {
        return (int) held.values().stream().filter(attempt -> attempt.running).count();
    }

    /** True the first time: the node must be told what attempts of this job share. */
    boolean tellOf(JobId job) {
        return toldJobs.add(job);
    }

    /** The job is over, or something of it did not arrive: tell it again with its next attempt, if there is one. */
    void forgetToldOf(JobId job) {
        toldJobs.remove(job);
    }

    void avoid(JobId job, long untilNanos) {
        avoidUntilNanos.put(job, untilNanos);
    }

    /**
     * @param holdsSuspect whether it has a task that may be to blame for a loss
     * @param holdsLastChance whether it has one whose next loss puts it aside
     * @param seconds estimated run time of one task of a job on this node
     * @param cpuSeconds the same, times the processors that it needs
     */
    NodeOffer offer(
            NodeRecord node,
            long nowNanos,
            OptionalLong diskFreeBytes,
            double speed,
            boolean holdsSuspect,
            boolean holdsLastChance,
            ToDoubleFunction<JobId> seconds,
            ToDoubleFunction<JobId> cpuSeconds) {
        avoidUntilNanos.values().removeIf(until -> nowNanos - until >= 0);
        return new NodeOffer(
                member.node(),
                node.name(),
                status.capacity(),
                diskFreeBytes,
                speed,
                heldMilliCpus,
                heldMemoryBytes,
                beyondWhatRuns() * waitingCpuSeconds(cpuSeconds),
                held.size(),
                () -> running(nowNanos, seconds),
                Set.copyOf(toldJobs),
                RoundPlan.leavesSoon(node),
                holdsSuspect,
                holdsLastChance,
                Set.copyOf(avoidUntilNanos.keySet()));
    }

    private double waitingCpuSeconds(ToDoubleFunction<JobId> cpuSeconds) {
        double waiting = 0;
        for (Map.Entry<JobId, Integer> job : waitingTasksByJob.entrySet()) {
            waiting += job.getValue() * cpuSeconds.applyAsDouble(job.getKey());
        }
        return waiting;
    }

    /** Which share of what does not run yet finds no place beside what runs. */
    private double beyondWhatRuns() {
        NodeCapacity capacity = status.capacity();
        double byCpus = share(heldMilliCpus - capacity.milliCpus(), heldMilliCpus - runningMilliCpus);
        double byMemory = share(heldMemoryBytes - capacity.memoryBytes(), heldMemoryBytes - runningMemoryBytes);
        return Math.max(byCpus, byMemory);
    }

    private static double share(long beyond, long waiting) {
        return beyond <= 0 || waiting <= 0 ? 0 : Math.min(1, (double) beyond / waiting);
    }

    private List<NodeOffer.Busy> running(long nowNanos, ToDoubleFunction<JobId> seconds) {
        return held.values().stream()
                .filter(each -> each.running)
                .map(each -> new NodeOffer.Busy(each.needs.milliCpus(), secondsLeft(each, nowNanos, seconds)))
                .toList();
    }

    /** One that takes longer than was thought is thought to take as long again: so nobody waits for it for ever. */
    private static double secondsLeft(Held attempt, long nowNanos, ToDoubleFunction<JobId> seconds) {
        double ran = attempt.millis / 1e3 + (nowNanos - attempt.millisNanos) / 1e9;
        return Math.abs(attempt.count * seconds.applyAsDouble(attempt.task.job()) - ran);
    }
}
