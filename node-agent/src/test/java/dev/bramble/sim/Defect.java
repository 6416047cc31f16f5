package dev.bramble.sim;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.Replica;
import dev.bramble.model.NodeId;

/** What stands between the ledger's engine and a voter's copy: a defect planted to see that it is found, or nothing. */
interface Defect {
    Defect NONE = (node, replica) -> replica;

    Ledger.StateMachine before(NodeId node, Replica replica);
}
