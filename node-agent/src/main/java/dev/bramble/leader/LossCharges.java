package dev.bramble.leader;

import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.View;
import dev.bramble.ledger.Command;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which losses of nodes are held against what ran there: three of them put a task aside as poison. One that has another
 * cause is held against nothing: a switch, an agent that was stopped in order or began anew while its board stayed up,
 * a board that was told to go down. Where the cause is not plain yet, the charge waits some seconds; the tasks do not.
 * Soft state of the leader: what waits when another takes over is never charged, since too few is harmless.
 */
final class LossCharges {
    /**
     * An agent that began anew tells of its board with one of its first reports; a slow one is charged as if it had
     * not.
     */
    static final Duration BOARD_WAIT = Duration.ofSeconds(30);

    private final Leader leader;
    /** At most a few for each node: a life of an agent that runs something is longer than the wait. */
    private final List<Waiting> waiting = new ArrayList<>();

    /** @param hasRestarted whether the agent was there again before anybody missed it */
    private record Waiting(
            Member member, String bootId, boolean hasRestarted, List<Command.RecordLosses> losses, long sinceNanos) {}

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
    }

    /** The node left the view while it ran {@code tasks}. */
    void left(NodeBook book, View view, SortedMap<JobId, RoaringBitmap> tasks) {
        NodeId node = book.member().node();
        List<Command.RecordLosses> losses = losses(node, tasks, view.evidence(node));
        switch (view.left().getOrDefault(node, Departure.UNKNOWN).manner()) {
            case FAREWELL -> {}
            case CLOSED -> {
                if (!PlannedAbsence.of(leader.state(), node)) {
                    losses.forEach(leader::append);
                }
            }
            // The first ones of many that vanish with a switch are missed before the others.
            case SILENT, UNKNOWN -> await(book, false, losses);
        }
    }

    /** Another life of the node's agent is there. */
    void restarted(NodeBook book, SortedMap<JobId, RoaringBitmap> tasks) {
        await(book, true, losses(book.member().node(), tasks, "its node's agent was restarted"));
    }

    private List<Command.RecordLosses> losses(NodeId node, SortedMap<JobId, RoaringBitmap> tasks, String reason) {
        List<Command.RecordLosses> losses = new ArrayList<>();
        tasks.forEach((job, some) -> leader.state()
                .job(job)
                .ifPresent(
                        record -> losses.add(new Command.RecordLosses(node, job, record.retryEpoch(), some, reason))));
        return losses;
    }

    private void await(NodeBook book, boolean hasRestarted, List<Command.RecordLosses> losses) {
        if (!losses.isEmpty()
                && !PlannedAbsence.of(leader.state(), book.member().node())) {
            waiting.add(new Waiting(
                    book.member(),
                    bootId(book),
                    hasRestarted,
                    losses,
                    leader.loop().nanos()));
        }
    }

    /** Called with every pulse. */
    void check() {
        for (Waiting each : List.copyOf(waiting)) {
            Judgment judgment = judge(each);
            if (judgment != Judgment.WAIT) {
                waiting.remove(each);
            }
            if (judgment == Judgment.CHARGE) {
                each.losses().forEach(leader::append);
            }
        }
    }

    private Judgment judge(Waiting loss) {
        NodeId node = loss.member().node();
        if (leader.heldBooks().isTogether(node)) {
            return Judgment.ACQUIT;
        }
        Duration age = Duration.ofNanos(leader.loop().nanos() - loss.sinceNanos());
        if (!loss.hasRestarted()) {
            return age.compareTo(Vanishing.WINDOW) > 0 ? Judgment.CHARGE : Judgment.WAIT;
        }
        String bootId = Optional.ofNullable(leader.books().get(node))
                .filter(book ->
                        !book.member().incarnation().equals(loss.member().incarnation()))
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

    private static String bootId(NodeBook book) {
        return book.health().map(BoardHealth::bootId).orElse("");
    }
}
