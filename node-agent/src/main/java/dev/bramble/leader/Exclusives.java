package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.ExclusiveGrant;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import dev.bramble.scheduler.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sees to it that attempts at a task of an exclusive job never overlap. Each is granted through the ledger, and runs
 * only while leases come that this leader gives for nothing but the last grant. The task is given to nobody else before
 * that attempt is known to be over: by what it came to, by a word of its agent that it does not hold it, or because no
 * lease of it can last any more. Soft state of the leader, event loop only: a new leader counts from when it leads, and
 * what an earlier one may have answered is older, since {@link Command.ProveLeading} came before.
 */
final class Exclusives {
    /** Least time between two proofs: each is an entry, and costs all voters a flush. */
    static final Duration PROOF_PAUSE = Duration.ofMillis(200);

    private final Leader leader;
    private final TreeMap<TaskId, Watch> watches = new TreeMap<>();
    /** The newest question of each node that no proof is under way for. */
    private final TreeMap<NodeId, Asked> asked = new TreeMap<>();

    private boolean isProving;
    private long nextProofNanos;

    /** What this leader knows of the last grant of a task. */
    private static final class Watch {
        final TaskId task;
        final ExclusiveGrant grant;
        /** Of the orders that carried it; of another leader's grant all have come that ever will. */
        long ordersNumber;

        long sentNanos;
        /** When its node asked for it last, or when this leader began to watch. */
        long askedNanos;
        /** Whether it may have been given a lease. */
        boolean mayRun;

        boolean ended;

        Watch(TaskId task, ExclusiveGrant grant, boolean isOwn, long nowNanos) {
            this.task = task;
            this.grant = grant;
            this.ordersNumber = isOwn ? NodeBook.Held.NOT_SENT : 0;
            this.mayRun = !isOwn;
            this.askedNanos = nowNanos;
        }

        boolean isBy(Member agent) {
            return grant.node().equals(agent.node()) && grant.incarnation().equals(agent.incarnation());
        }
    }

    private record Asked(Member agent, long stampNanos, List<Watch> watches) {}

    Exclusives(Leader leader) {
        this.leader = leader;
    }

    void clear() {
        watches.clear();
        asked.clear();
        isProving = false;
        nextProofNanos = leader.loop().nanos();
    }

    /** The ledger has changed: watches all that was granted last, and nothing else. */
    void follow() {
        watches.values().removeIf(watch -> {
            boolean isLast = leader.state()
                    .job(watch.task.job())
                    .filter(job -> watch.grant.equals(job.exclusiveGrants().get(watch.task.index())))
                    .isPresent();
            if (!isLast) {
                watch.ended = true;
                reopen(watch);
            }
            return !isLast;
        });
        for (JobQueue queue : leader.queues().values()) {
            JobRecord job = queue.job();
            job.exclusiveGrants().forEach((index, grant) -> {
                TaskId task = new TaskId(job.id(), index);
                boolean isOwn = grant.attempt().term() == leader.term();
                Watch watch = watches.computeIfAbsent(
                        task, id -> new Watch(id, grant, isOwn, leader.loop().nanos()));
                if (!watch.ended) {
                    queue.park(index);
                }
            });
        }
        endUnheld();
    }

    /** Grants a task to the node, and has it begin once the ledger has that. */
    void grant(NodeBook book, JobQueue queue, Grant grant) {
        NodeBook.Held held = leader.grant(book, queue, grant.tasks(), NodeBook.Held.NOT_SENT);
        long ofTerm = leader.term();
        Member agent = book.member();
        leader.append(new Command.GrantExclusive(
                        held.task, held.retryEpoch, held.attempt, agent.node(), agent.incarnation()))
                .whenComplete((index, failure) -> {
                    // Of a node that was lost meanwhile the task was given back already.
                    if (leader.leads(ofTerm) && isKept(book) && book.held(held.attempt) == held) {
                        granted(book, held, failure == null);
                    }
                });
    }

    private void granted(NodeBook book, NodeBook.Held held, boolean isSure) {
        NodeId node = book.member().node();
        Watch watch = watches.get(held.task);
        Optional<JobQueue> queue = leader.queueOf(held.task.job(), held.retryEpoch);
        boolean takesWork = leader.state()
                        .node(node)
                        .map(NodeRecord::standing)
                        .filter(standing -> standing.takesWork())
                        .isPresent()
                && leader.state().shutdown().isEmpty();
        boolean stands = isSure
                && isOf(watch, held.attempt)
                && !watch.ended
                && queue.isPresent()
                && !queue.get().job().hasOutcome(held.task.index())
                && takesWork
                && leader.books().get(node) == book;
        if (stands) {
            leader.planning().sendGranted(book, queue.get(), held);
            watch.ordersNumber = held.ordersNumber;
            watch.sentNanos = leader.loop().nanos();
        } else {
            book.remove(held.attempt);
            leader.released(held, Leader.Left.ENDED);
            // A ledger that takes nothing refuses at once: with the next pulse is soon enough.
            if (isSure) {
                leader.requestPlan();
            }
        }
    }

    private boolean isKept(NodeBook book) {
        return leader.books().get(book.member().node()) == book
                || leader.heldBooks().books().contains(book);
    }

    private static boolean isOf(Watch watch, AttemptId attempt) {
        return watch != null && watch.grant.attempt().equals(attempt);
    }

    /**
     * Whether the attempt, which this agent says that it holds, may run. Orders may have reached an agent that was
     * started meanwhile: it never gets a lease for them, and would hold the task for ever.
     */
    boolean mayHold(Member agent, JobRecord job, Message.Held reported) {
        return !job.spec().isExclusive()
                || Optional.ofNullable(watches.get(reported.task()))
                        .filter(watch -> isOf(watch, reported.attempt()) && watch.isBy(agent) && !watch.ended)
                        .isPresent();
    }

    /** Whether somebody else may have the task of an attempt that is in nobody's book any more. */
    boolean isOver(NodeBook.Held held) {
        Watch watch = watches.get(held.task);
        if (!isOf(watch, held.attempt)) {
            return true;
        }
        // Without a lease it never begins, and from now on it gets none.
        watch.ended |= !watch.mayRun;
        return watch.ended;
    }

    /** Whether the attempt, of which its node says nothing, is gone: empty when this is nobody's business here. */
    Optional<Boolean> isGone(NodeBook.Held held) {
        boolean isOurs = held.ordersNumber == NodeBook.Held.NOT_SENT || isOf(watches.get(held.task), held.attempt);
        return isOurs
                ? Optional.of(isOf(watches.get(held.task), held.attempt) && watches.get(held.task).ended)
                : Optional.empty();
    }

    /** Attempts whose processes are gone, as this agent says. */
    void ended(Member agent, List<AttemptOutcome> outcomes) {
        for (AttemptOutcome outcome : outcomes) {
            Watch watch = watches.get(outcome.task());
            if (isOf(watch, outcome.attempt()) && watch.isBy(agent)) {
                watch.ended = true;
            }
        }
    }

    /** An agent has said all that it holds. What it was sent, and has seen, and does not hold, is over. */
    void heard(Member from, Message.Status status) {
        if (watches.isEmpty() || status.outcomesMore()) {
            return;
        }
        Set<AttemptId> present = new HashSet<>();
        status.held().forEach(held -> present.add(held.attempt()));
        status.outcomes().forEach(outcome -> present.add(outcome.attempt()));
        long now = leader.loop().nanos();
        for (Watch watch : watches.values()) {
            boolean isSent = watch.ordersNumber != NodeBook.Held.NOT_SENT;
            if (watch.isBy(from) && isSent && !watch.ended && !present.contains(watch.grant.attempt())) {
                boolean isLate = !watch.mayRun && now - watch.sentNanos > Leader.ORDERS_LOST_AFTER.toNanos();
                watch.ended = watch.ordersNumber <= status.ordersSeen() || isLate;
            }
        }
    }

    /** Whatever is over, its task may go to somebody else. */
    void reopenEnded() {
        watches.values().stream().filter(watch -> watch.ended).forEach(this::reopen);
    }

    private void reopen(Watch watch) {
        if (!leader.recording().isUnderWay(watch.grant.attempt())) {
            Optional.ofNullable(leader.queues().get(watch.task.job()))
                    .filter(JobQueue::isCurrent)
                    .ifPresent(queue -> queue.reopen(new TaskRange(watch.task.index(), 1)));
        }
    }

    /** With every pulse: what nobody holds, and nobody has asked for since, is over. */
    void check() {
        endUnheld();
        reopenEnded();
    }

    private void endUnheld() {
        long now = leader.loop().nanos();
        for (Watch watch : watches.values()) {
            boolean isOld = now - watch.askedNanos > Timing.OVER_AFTER.toNanos();
            if (!watch.ended && (isOld || !watch.mayRun) && !isHeld(watch)) {
                watch.ended = true;
                reopen(watch);
            }
        }
    }

    private boolean isHeld(Watch watch) {
        NodeBook book = leader.books().get(watch.grant.node());
        return book != null && book.held(watch.grant.attempt()) != null
                || leader.heldBooks().books().stream().anyMatch(held -> held.held(watch.grant.attempt()) != null);
    }

    /** A node asks for leases. It is answered once it is proven that nobody else leads. */
    void received(Member from, Message.AskLease ask) {
        List<Watch> wanted = new ArrayList<>();
        for (Watch watch : watches.values()) {
            if (watch.isBy(from) && ask.attempts().contains(watch.grant.attempt()) && mayRun(watch)) {
                watch.askedNanos = leader.loop().nanos();
                wanted.add(watch);
            }
        }
        if (!wanted.isEmpty()) {
            asked.put(from.node(), new Asked(from, ask.stampNanos(), wanted));
            proveSoon();
        }
    }

    private boolean mayRun(Watch watch) {
        return !watch.ended
                && leader.queueOf(watch.task.job(), watch.grant.retryEpoch())
                        .filter(queue -> !queue.job().hasOutcome(watch.task.index()))
                        .isPresent();
    }

    private void proveSoon() {
        if (isProving) {
            return;
        }
        isProving = true;
        long ofTerm = leader.term();
        long pauseNanos = Math.max(0, nextProofNanos - leader.loop().nanos());
        leader.loop().after(Duration.ofNanos(pauseNanos), () -> {
            if (leader.leads(ofTerm)) {
                prove(ofTerm);
            }
        });
    }

    private void prove(long ofTerm) {
        Map<NodeId, Asked> waiting = Map.copyOf(asked);
        asked.clear();
        nextProofNanos = leader.loop().nanos() + PROOF_PAUSE.toNanos();
        leader.append(new Command.ProveLeading()).whenComplete((index, failure) -> {
            if (!leader.leads(ofTerm)) {
                return;
            }
            isProving = false;
            if (failure == null) {
                new TreeMap<>(waiting).values().forEach(this::answer);
            }
            if (!asked.isEmpty()) {
                proveSoon();
            }
        });
    }

    private void answer(Asked question) {
        List<AttemptId> renewed = new ArrayList<>();
        for (Watch watch : question.watches()) {
            if (watches.get(watch.task) == watch && mayRun(watch)) {
                watch.mayRun = true;
                renewed.add(watch.grant.attempt());
            }
        }
        if (!renewed.isEmpty()) {
            leader.cluster()
                    .send(
                            question.agent().node(),
                            new Message.LeaseRenewed(leader.term(), question.stampNanos(), renewed));
        }
    }

    /** Why tasks of the job wait though nodes have room, in words; empty when none does for that. */
    String waitingBecause(JobId job) {
        for (Watch watch : watches.subMap(new TaskId(job, 0), true, new TaskId(job, Integer.MAX_VALUE), true)
                .values()) {
            if (!watch.ended && !isHeld(watch)) {
                long agoNanos = leader.loop().nanos() - watch.askedNanos;
                long seconds =
                        Math.max(1, Timing.OVER_AFTER.minusNanos(agoNanos).toSeconds());
                NodeBook book = leader.books().get(watch.grant.node());
                String agent = book == null || watch.isBy(book.member()) ? "which is out of touch" : "whose agent died";
                return "its task " + watch.task.index() + " may still run on " + leader.name(watch.grant.node()) + ", "
                        + agent + ": it is exclusive, and its lease there is surely over in " + seconds + " s";
            }
        }
        return "";
    }
}
