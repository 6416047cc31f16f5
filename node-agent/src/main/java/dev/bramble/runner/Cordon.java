package dev.bramble.runner;

import dev.bramble.cluster.Message;
import dev.bramble.model.NodeId;

/**
 * What leaders said of whether this node may start work. The newest word counts: pulses may come late and doubled, and
 * an old leader may not know yet that it is one. Event loop only.
 */
final class Cordon {
    private long term = -1;
    private long ledgerIndex = -1;
    private boolean holds;

    /** Takes in a leader's word; true when it is another than before. */
    boolean hear(Message.Pulse pulse, NodeId self) {
        if (pulse.term() < term || pulse.term() == term && pulse.ledgerIndex() < ledgerIndex) {
            return false;
        }
        boolean before = holds;
        term = pulse.term();
        ledgerIndex = pulse.ledgerIndex();
        holds = pulse.cordoned().filter(cordoned -> cordoned.contains(self)).isPresent();
        return holds != before;
    }

    /** Whether this node starts nothing. */
    boolean holds() {
        return holds;
    }

    /** State of the ledger behind the newest word. */
    long ledgerIndex() {
        return ledgerIndex;
    }
}
