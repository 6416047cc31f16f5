package dev.bramble.leader;

import dev.bramble.cluster.View;
import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a voter does when the leader that it follows leaves the view: connections break at once when a process dies,
 * while the ledger's engine waits one to four seconds for a sign of life. So it stands for election, in its turn among
 * the voters that are left. Whatever becomes of that, the engine's own timeouts hold. Event loop.
 */
final class Succession {
    /**
     * Between the turns of two voters. Two that stand at once may split the votes; an election takes a round trip and a
     * flush on each card, which now and then lasts this long.
     */
    static final Duration TURN = Duration.ofMillis(250);

    /** By then the engine's timeouts, one to two seconds, do the same. */
    private static final int TRIES_MAX = 4;

    private final NodeId self;
    private final EventLoop loop;
    private final Ledger ledger;
    private View view;
    /** Whom this voter follows, and has seen in a view since: only such a leader can leave it, and only once. */
    private Optional<NodeId> met = Optional.empty();

    private Optional<NodeId> followed = Optional.empty();

    Succession(NodeId self, EventLoop loop, Ledger ledger, View view) {
        this.self = self;
        this.loop = loop;
        this.ledger = ledger;
        this.view = view;
    }

    /** This voter hears of a leader, or of none. */
    void following(Optional<NodeId> leader) {
        followed = leader;
        met = leader.filter(view::has);
    }

    void viewChanged(View now) {
        view = now;
        Optional<NodeId> lost = met.filter(leader -> !now.has(leader));
        met = followed.filter(now::has);
        lost.ifPresent(leader -> stand(leader, ledger.status().term(), 0));
    }

    private void stand(NodeId lost, long term, int tries) {
        Ledger.Status status = ledger.status();
        boolean isOver = view.has(lost)
                || status.term() != term
                || status.leader().filter(leader -> !leader.equals(lost)).isPresent();
        if (isOver || tries == TRIES_MAX) {
            return;
        }
        if (isTurnOf(self, nodes(status.voters()), lost, view::has, tries)) {
            ledger.standForElection();
        }
        loop.after(TURN, () -> stand(lost, term, tries + 1));
    }

    private static List<NodeId> nodes(List<Ledger.Peer> peers) {
        return peers.stream().map(Ledger.Peer::node).toList();
    }

    /**
     * Whether {@code self} is to stand after so many turns of others. Turns go round in the order of names, which all
     * see alike; nobody has one when too few of the voters are there to elect anybody.
     *
     * @param isThere whether a node is in the view
     */
    static boolean isTurnOf(
            NodeId self, Collection<NodeId> voters, NodeId lost, Predicate<NodeId> isThere, int turnsBefore) {
        List<NodeId> left = voters.stream()
                .filter(voter -> !voter.equals(lost) && isThere.test(voter))
                .sorted()
                .toList();
        boolean isMajority = left.size() * 2 > voters.size();
        return isMajority && left.get(turnsBefore % left.size()).equals(self);
    }
}
