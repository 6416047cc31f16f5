package dev.bramble.leader;

import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;

/** Nodes that go because somebody ordered that: pure. */
final class PlannedAbsence {
    private PlannedAbsence() {}

    /** The same, or it is drained: whoever unplugs it does what was ordered. */
    static boolean isExpected(LedgerState state, NodeId node) {
        return of(state, node)
                || state.node(node)
                        .filter(known -> known.standing() == NodeStanding.DRAINED)
                        .isPresent();
    }

    /** Whether its board, or all of them, was told to go down. */
    static boolean of(LedgerState state, NodeId node) {
        return state.shutdown().isPresent()
                || state.node(node)
                        .flatMap(NodeRecord::drain)
                        .flatMap(DrainRecord::told)
                        .isPresent();
    }
}
