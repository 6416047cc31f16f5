package dev.bramble.leader;

import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;

/** Nodes that go because somebody ordered that: pure. */
final class PlannedAbsence {
    private PlannedAbsence() {}

    /** Whether its board, or all of them, was told to go down. */
    static boolean of(LedgerState state, NodeId node) {
        return state.shutdown().isPresent()
                || state.node(node)
                        .flatMap(NodeRecord::drain)
                        .flatMap(DrainRecord::told)
                        .isPresent();
    }
}
