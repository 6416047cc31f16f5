package dev.bramble.leader;

import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.Language;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which losses of nodes are held against what ran there: three of them put a task aside as poison. One that has another
 * cause is held against nothing: a switch, an agent that was stopped in order or began anew while its board stayed up,
 * a board that was told to go down. Where the cause is not plain yet, the charge waits some seconds; the tasks do not.
 * Soft state of the leader, and part of its {@link Legacy}.
 */
final class LossCharges {
    /**
     * An agent that began anew tells of its board with one of its first reports; a slow one is charged as if it had
     * not.
     */
    static final Duration BOARD_WAIT = Duration.ofSeconds(30);

    private static final String RESTARTED = "its node's agent was restarted";

    private final Leader leader;
    /** At most a few for each node: a life of an agent that runs something is longer than the wait. */
    private final List<Waiting> waiting = new ArrayList<>();
    /** Charges on their way into the ledger: some tens of milliseconds. */
    private final List<Waiting> underWay = new ArrayList<>();

    /** @param hasRestarted whether the agent was there again before anybody missed it */
    private record Waiting(
            NodeId node,
            String incarnation,
            String bootId,
            boolean hasRestarted,
            List<Command.RecordLosses> losses,
            long sinceNanos) {}

    private enum Judgment {
        WAIT,
        CHARGE,
        ACQUIT
    }

    LossCharges(Leader leader) {
        this.leader = leader;
    }

    void clear() {
        waiting.clear();
        underWay.clear();
    }

    /** The node left the view while it ran {@code tasks}. */
    void left(NodeBook book, View view, SortedMap<JobId, Long> workMillis, SortedMap<JobId, RoaringBitmap> tasks) {
        NodeId node = book.member().node();
        Waiting loss = waiting(book, false, losses(node, tasks, workMillis, view.evidence(node)));
        switch (view.left().getOrDefault(node, Departure.UNKNOWN).manner()) {
            case FAREWELL -> {}
            case CLOSED -> {
                if (!loss.losses().isEmpty() && !PlannedAbsence.of(leader.state(), node)) {
                    charge(loss);
                }
            }
            // The first ones of many that vanish with a switch are missed before the others.
            case SILENT, UNKNOWN -> await(loss);
        }
    }

    /** Another life of the node's agent is there. */
    void restarted(NodeBook book, SortedMap<JobId, Long> workMillis, SortedMap<JobId, RoaringBitmap> tasks) {
        await(waiting(book, true, losses(book.member().node(), tasks, workMillis, RESTARTED)));
    }

    private Waiting waiting(NodeBook book, boolean hasRestarted, List<Command.RecordLosses> losses) {
        return new Waiting(
                book.member().node(),
                book.member().incarnation(),
                bootId(book),
                hasRestarted,
                losses,
                leader.loop().nanos());
    }

    private List<Command.RecordLosses> losses(
            NodeId node, SortedMap<JobId, RoaringBitmap> tasks, SortedMap<JobId, Long> workMillis, String reason) {
        boolean mayTell = leader.state().electorate().language() >= Language.THIRD;
        List<Command.RecordLosses> losses = new ArrayList<>();
        tasks.forEach((job, some) -> leader.state()
                .job(job)
                .ifPresent(record -> losses.add(new Command.RecordLosses(
                        node,
                        job,
                        record.retryEpoch(),
                        some,
                        reason,
                        Optional.ofNullable(workMillis.get(job)).filter(_ -> mayTell)))));
        return losses;
    }

    private void await(Waiting loss) {
        if (!loss.losses().isEmpty() && !PlannedAbsence.of(leader.state(), loss.node())) {
            waiting.add(loss);
        }
    }

    /** The last leader had seen it, or would have. */
    void inherited(Message.LegacyRun run, boolean hasRestarted, String evidence) {
        Command.RecordLosses losses = new Command.RecordLosses(
                run.node(),
                run.task().job(),
                run.retryEpoch(),
                RoaringBitmap.bitmapOf(run.task().index()),
                hasRestarted ? RESTARTED : evidence);
        await(new Waiting(
                run.node(),
                run.incarnation(),
                run.bootId(),
                hasRestarted,
                List.of(losses),
                leader.loop().nanos()));
    }

    /** For the next leader: what is not recorded yet. */
    List<Message.LegacyRun> unrecorded() {
        List<Message.LegacyRun> runs = new ArrayList<>();
        for (Waiting each : pending()) {
            for (Command.RecordLosses losses : each.losses()) {
                losses.tasks().forEach((IntConsumer) task -> runs.add(new Message.LegacyRun(
                        each.node(),
                        each.incarnation(),
                        each.bootId(),
                        new TaskId(losses.job(), task),
                        1,
                        losses.retryEpoch())));
            }
        }
        return runs;
    }

    /** Called with every pulse. */
    void check() {
        for (Waiting each : List.copyOf(waiting)) {
            Judgment judgment = judge(each);
            if (judgment != Judgment.WAIT) {
                waiting.remove(each);
            }
            if (judgment == Judgment.CHARGE) {
                charge(each);
            }
        }
    }

    private void charge(Waiting loss) {
        underWay.add(loss);
        long ofTerm = leader.term();
        CompletionStage<?> recorded = CompletableFuture.completedStage(null);
        for (Command.RecordLosses each : loss.losses()) {
            recorded = leader.append(each);
        }
        recorded.whenComplete((index, failure) -> {
            if (leader.leads(ofTerm)) {
                underWay.remove(loss);
                leader.requestPlan();
            }
        });
    }

    /** Nodes whose loss is or may come to be held against the task: those in the ledger, and those that wait. */
    SortedSet<NodeId> lostOn(JobRecord job, int task) {
        TreeSet<NodeId> nodes = new TreeSet<>(job.lostOn(task));
        pendingOf(job).filter(losses -> losses.tasks().contains(task)).forEach(losses -> nodes.add(losses.node()));
        return nodes;
    }

    private List<Waiting> pending() {
        List<Waiting> pending = new ArrayList<>(waiting);
        pending.addAll(underWay);
        return pending;
    }

    private Stream<Command.RecordLosses> pendingOf(JobRecord job) {
        return pending().stream()
                .flatMap(each -> each.losses().stream())
                .filter(losses -> losses.job().equals(job.id()) && losses.retryEpoch() == job.retryEpoch());
    }

    /** Whether a loss of the task is still to be recorded, or to be forgotten. */
    boolean isPending(JobRecord job, int task) {
        return pendingOf(job).anyMatch(losses -> losses.tasks().contains(task));
    }

    /** Tasks of the job without an outcome of which a loss is or may come to be held against them. */
    RoaringBitmap lost(JobRecord job) {
        RoaringBitmap lost = new RoaringBitmap();
        int end = job.spec().totalTasks();
        for (int task = job.nextLost(0); task < end; task = job.nextLost(task + 1)) {
            lost.add(task);
        }
        pendingOf(job).forEach(losses -> lost.or(losses.tasks()));
        return lost;
    }

    private Judgment judge(Waiting loss) {
        NodeId node = loss.node();
        if (leader.heldBooks().isTogether(node)) {
            return Judgment.ACQUIT;
        }
        Duration age = Duration.ofNanos(leader.loop().nanos() - loss.sinceNanos());
        if (!loss.hasRestarted()) {
            return age.compareTo(Vanishing.WINDOW) > 0 ? Judgment.CHARGE : Judgment.WAIT;
        }
        String bootId = Optional.ofNullable(leader.books().get(node))
                .filter(book -> !book.member().incarnation().equals(loss.incarnation()))
                .map(LossCharges::bootId)
                .orElse("");
        if (loss.bootId().isEmpty() || age.compareTo(BOARD_WAIT) > 0) {
            return Judgment.CHARGE;
        }
        if (bootId.isEmpty()) {
            return Judgment.WAIT;
        }
        return bootId.equals(loss.bootId()) ? Judgment.ACQUIT : Judgment.CHARGE;
    }

    static String bootId(NodeBook book) {
        return book.health().map(BoardHealth::bootId).orElse("");
    }
}
