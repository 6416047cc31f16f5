package dev.bramble.sim;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.Replica;
import dev.bramble.model.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * Lets the invariants see what a voter applies.
 *
 * @param inner the voter's copy, perhaps behind a planted defect
 * @param replica the copy itself
 */
record WatchedMachine(Ledger.StateMachine inner, Replica replica, SimNode node, Simulation simulation)
        implements Ledger.StateMachine {
    @Override
    public void apply(long index, long term, byte[] entry) {
        inner.apply(index, term, entry);
        simulation.invariants.applied(node, replica, index, entry);
        simulation.calendars.mistake(node.id, replica.state()).ifPresent(simulation::fail);
    }

    @Override
    public byte[] snapshot() {
        return inner.snapshot();
    }

    @Override
    public void restore(long index, long term, byte[] snapshot) {
        inner.restore(index, term, snapshot);
        simulation.invariants.restored(node, replica, index);
    }

    @Override
    public void leading(long term) {
        simulation.invariants.leads(node, term);
        inner.leading(term);
        simulation.found(node);
    }

    @Override
    public void following(long term, Optional<NodeId> leader) {
        inner.following(term, leader);
    }

    @Override
    public void votersChanged(List<Ledger.Peer> voters) {
        inner.votersChanged(voters);
    }

    @Override
    public void steppedAside(String trouble) {
        inner.steppedAside(trouble);
    }
}
