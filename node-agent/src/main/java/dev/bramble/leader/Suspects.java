package dev.bramble.leader;

import dev.bramble.ledger.AttemptRecord;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.TaskId;
import dev.bramble.scheduler.NodeOffer;
import dev.bramble.scheduler.Scheduler;
import dev.bramble.scheduler.Suspicion;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Where tasks may run that were lost with a node. A task that takes its board down shall be put aside after three
 * boards, so it does not go to one again that speaks against it already, it waits while nobody knows yet whether its
 * losses make it poison, and it is not beside another one whose next loss decides. Event loop only.
 */
final class Suspects {
    /**
     * A node that is busy gets a free place in less, mostly. One loss alone says little: power fails, too. So after
     * this such a task may go to the same node again, rather than leave its places idle.
     */
    static final Duration BUSY_WAIT = Duration.ofMinutes(10);
    /** A board that went down boots in less; whoever is away for longer is not waited for. */
    static final Duration AWAY_WAIT = Duration.ofMinutes(1);

    private static final Suspicion PART = new Suspicion(Set.of(), true, false);

    private final Leader leader;
    private final LossCharges charges;

    Suspects(Leader leader, LossCharges charges) {
        this.leader = leader;
        this.charges = charges;
    }

    private boolean isPart(JobRecord job, int task) {
        JobQueue queue = leader.queues().get(job.id());
        return queue != null && queue.isPart(task);
    }

    /** Whether a loss may be held against the task. */
    boolean isSuspect(JobRecord job, int task) {
        return !charges.lostOn(job, task).isEmpty();
    }

    /** @param offers all nodes that take work now */
    Suspicion of(JobRecord job, int task, List<NodeOffer> offers) {
        SortedSet<NodeId> lostOn = charges.lostOn(job, task);
        if (lostOn.isEmpty()) {
            return isPart(job, task) ? PART : Suspicion.NONE;
        }
        boolean isLastChance = lostOn.size() == JobRecord.POISON_NODES - 1;
        if (lostOn.size() >= JobRecord.POISON_NODES) {
            return new Suspicion(offers.stream().map(NodeOffer::node).collect(Collectors.toSet()), true, false);
        }
        Duration age = lastLoss(job, task);
        Set<NodeId> others = offers.stream()
                .filter(offer -> !lostOn.contains(offer.node())
                        && Scheduler.feasible(offer, job.spec().needs()))
                .map(NodeOffer::node)
                .collect(Collectors.toSet());
        boolean waits = others.isEmpty()
                ? isOtherAway(lostOn) && age.compareTo(AWAY_WAIT) < 0
                : isLastChance || age.compareTo(BUSY_WAIT) < 0;
        Set<NodeId> barred = new TreeSet<>(waits ? lostOn : Set.of());
        if (isLastChance && others.stream().anyMatch(node -> !node.equals(leader.self()))) {
            // A leader that goes down with it holds up everybody.
            barred.add(leader.self());
        }
        return new Suspicion(barred, true, isLastChance);
    }

    /**
     * Why tasks that were lost hold their job up, for its owner; empty when they do not. Asked while nothing of the job
     * is on a node.
     */
    String waitingBecause(JobRecord job, List<NodeOffer> offers) {
        RoaringBitmap lost = charges.lost(job);
        List<NodeOffer> able = offers.stream()
                .filter(offer -> Scheduler.feasible(offer, job.spec().needs()))
                .toList();
        if (lost.isEmpty() || able.isEmpty()) {
            return "";
        }
        RoaringBitmap open = job.open();
        lost.and(open);
        open.andNot(lost);
        if (lost.isEmpty() || !open.isEmpty()) {
            return "";
        }
        int task = lost.first();
        Suspicion suspicion = of(job, task, offers);
        List<NodeOffer> left = able.stream()
                .filter(offer -> !suspicion.barred().contains(offer.node()))
                .toList();
        String what = "its task " + task + " was lost with "
                + charges.lostOn(job, task).stream().map(leader::name).collect(Collectors.joining(", ")) + ": ";
        if (charges.lostOn(job, task).size() >= JobRecord.POISON_NODES) {
            return what + "it waits until it is known whether that was its fault";
        }
        if (left.isEmpty()) {
            return what + "it waits for another node, which is away or has not reported yet";
        }
        if (left.stream()
                .allMatch(offer -> offer.holdsLastChance() || suspicion.isLastChance() && offer.holdsSuspect())) {
            return what + "it runs beside no other task that may take boards down, and waits until those have ended";
        }
        return left.size() == able.size()
                ? ""
                : what + "it waits for another node, and those that may have it are busy";
    }

    /** Nodes to be chosen last: on those it failed, and the leader's own if it may take that down. */
    Set<NodeId> chosenLast(JobRecord job, int task) {
        Set<NodeId> last = job.history(task).stream()
                .filter(attempt ->
                        attempt.end().filter(end -> end != AttemptEnd.KILLED).isPresent())
                .map(AttemptRecord::node)
                .collect(Collectors.toCollection(TreeSet::new));
        if (isSuspect(job, task)) {
            last.add(leader.self());
        }
        return last;
    }

    /**
     * How long ago it was; nothing for one that is still to be recorded. Of one that is no more in the task's history,
     * or in none as there are too many, nobody knows: that was long ago, so that nothing waits for ever.
     */
    private Duration lastLoss(JobRecord job, int task) {
        if (charges.isPending(job, task)) {
            return Duration.ZERO;
        }
        return job.history(task).reversed().stream()
                .filter(attempt -> attempt.end().isEmpty())
                .findFirst()
                .flatMap(AttemptRecord::at)
                .map(at -> leader.now().since(at))
                .orElse(BUSY_WAIT);
    }

    /** Whether a node takes work that is not there just now, or has not said yet what it holds. */
    private boolean isOtherAway(Set<NodeId> lostOn) {
        return leader.state().nodes().values().stream()
                .filter(node -> node.role() == NodeRole.AGENT && !node.forgotten())
                .filter(node -> node.standing().takesWork() && !lostOn.contains(node.node()))
                .map(NodeRecord::node)
                .anyMatch(node -> Optional.ofNullable(leader.books().get(node))
                        .filter(NodeBook::hasReported)
                        .isEmpty());
    }

    /** Tasks of jobs that are not final of which a loss is or may come to be held against them. */
    Set<TaskId> all() {
        Set<TaskId> tasks = new HashSet<>();
        for (JobQueue queue : leader.queues().values()) {
            JobRecord job = queue.job();
            charges.lost(job).forEach((IntConsumer) task -> tasks.add(new TaskId(job.id(), task)));
        }
        return tasks;
    }

    /** Those of {@code suspects} whose next loss puts them aside. */
    Set<TaskId> lastChances(Set<TaskId> suspects) {
        return suspects.stream()
                .filter(task -> leader.state()
                        .job(task.job())
                        .filter(job -> charges.lostOn(job, task.index()).size() == JobRecord.POISON_NODES - 1)
                        .isPresent())
                .collect(Collectors.toSet());
    }

    /**
     * Whether the node was lost with a task that had just gone down with another one: such nodes go one by one within
     * seconds, and no switch is to blame.
     */
    boolean explain(NodeBook gone) {
        long now = leader.loop().nanos();
        return gone.held().stream()
                .filter(held -> held.running && held.count == 1 && !held.copy)
                .filter(held -> now - held.sinceNanos < Vanishing.WINDOW.toNanos())
                .anyMatch(held -> leader.queueOf(held.task.job(), held.retryEpoch)
                        .map(JobQueue::job)
                        .filter(job -> isSuspect(job, held.task.index()))
                        .filter(job -> lastLoss(job, held.task.index()).compareTo(Vanishing.WINDOW) < 0)
                        .isPresent());
    }
}
