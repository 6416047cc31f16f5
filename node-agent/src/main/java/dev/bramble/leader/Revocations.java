package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import java.util.Comparator;
import java.util.List;

/**
 * Tells every member whose certificates open nothing any more: a node that keeps no ledger has nobody else to tell it.
 * Event loop of the leader.
 */
final class Revocations {
    /** What was lost is said again after so many pulses. */
    static final int EVERY_PULSES = 10;
    /** The newest ones: ten times the largest bramble, and some 30 kB of the megabyte that a message may have. */
    static final int NODES_MAX = 1_000;

    private final Leader leader;
    private List<NodeId> told = List.of();
    private long toldView = -1;
    private int silentPulses;

    Revocations(Leader leader) {
        this.leader = leader;
    }

    /** Called with every pulse; says it at once when there is something new to say, or somebody new to hear it. */
    void check() {
        List<NodeId> forgotten = leader.state().nodes().values().stream()
                .filter(NodeRecord::forgotten)
                .sorted(Comparator.comparing(NodeRecord::admittedAt).reversed())
                .limit(NODES_MAX)
                .map(NodeRecord::node)
                .toList();
        long view = leader.cluster().view().number();
        boolean isNew = !forgotten.equals(told) || view != toldView;
        silentPulses++;
        if (!forgotten.isEmpty() && (isNew || silentPulses >= EVERY_PULSES)) {
            told = forgotten;
            toldView = view;
            silentPulses = 0;
            Message message = new Message.Forgotten(leader.term(), forgotten);
            leader.cluster().sendToAll(message);
            leader.cluster().send(leader.self(), message);
        }
    }
}
