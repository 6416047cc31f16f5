package dev.bramble.sim;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.Replica;
import dev.bramble.model.NodeId;
import dev.bramble.worker.Workers;

/** Planted to see that it is found, or nothing. */
interface Defect {
    Defect NONE = (node, replica) -> replica;

    /** What stands between the ledger's engine and a voter's copy. */
    Ledger.StateMachine before(NodeId node, Replica replica);

    /** What becomes of a process that a node orders. */
    default Workers.ProcessOrder ordered(Workers.ProcessOrder order) {
        return order;
    }
}
