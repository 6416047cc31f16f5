package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import java.util.Optional;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;

/**
 * Who leads, as this voter's engine knows it, told to the state machine in order: it never leads two terms at once, and
 * hears each news once. All methods are the loop's, but for {@link #isLeading()} and {@link #leader()}, which any
 * thread may ask.
 */
final class Leadership {
    private final Engine engine;
    private final Ledger.StateMachine machine;

    // Written on the loop, read anywhere.
    private volatile boolean leading;
    private volatile boolean over;

    private long leadingTerm = -1;
    private long toldTerm = -1;
    private Optional<NodeId> toldLeader = Optional.empty();

    Leadership(Engine engine, Ledger.StateMachine machine) {
        this.engine = engine;
        this.machine = machine;
    }

    /** Whether this voter leads, and has applied an entry of its own term. */
    boolean isLeading() {
        return leading;
    }

    /** Who leads now, if that is known. */
    Optional<NodeId> leader() {
        DivisionInfo info = engine.division().getInfo();
        RaftPeerId leader = info.getLeaderId();
        // While it steps down, the engine still names itself.
        boolean nobody = leader == null || over || (leader.equals(engine.self().getId()) && !info.isLeader());
        return nobody ? Optional.empty() : Peers.node(leader.toString());
    }

    /** The engine says that this voter was elected, and that its first entry is applied. */
    void gained(long term) {
        DivisionInfo info = engine.division().getInfo();
        // What the engine said may be over by now; when it is not, its end is still to be posted.
        if (info.isLeaderReady() && info.getCurrentTerm() == term) {
            mayHaveChanged();
            leading = true;
            leadingTerm = term;
            machine.leading(term);
        }
    }

    /** Elected anew, this voter loses the leadership of the earlier term first. */
    void mayHaveChanged() {
        DivisionInfo info = engine.division().getInfo();
        if (leading && !(info.isLeader() && info.getCurrentTerm() == leadingTerm)) {
            lose();
        }
        tell();
    }

    /** Tells who leads if that is news. */
    void tell() {
        if (leading) {
            return;
        }
        long term = engine.division().getInfo().getCurrentTerm();
        Optional<NodeId> leader = leader();
        boolean electedButNotReady = leader.isPresent()
                && leader.equals(Peers.node(engine.self().getId().toString()));
        boolean sameAsTold = leader.equals(toldLeader) && (term == toldTerm || leader.isEmpty());
        if (!electedButNotReady && !sameAsTold) {
            toldTerm = term;
            toldLeader = leader;
            machine.following(term, leader);
        }
    }

    /** This voter takes part no more. */
    void end() {
        over = true;
        lose();
    }

    private void lose() {
        if (leading) {
            leading = false;
            toldTerm = engine.division().getInfo().getCurrentTerm();
            toldLeader = leader();
            machine.following(toldTerm, toldLeader);
        }
    }
}
