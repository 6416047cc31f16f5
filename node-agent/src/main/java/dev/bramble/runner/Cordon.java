package dev.bramble.runner;

import dev.bramble.cluster.Message;
import dev.bramble.model.NodeId;

/**
 * What leaders said of whether this node may start work. The newest word counts: pulses may come late and doubled, and
 * an old leader may not know yet that it is one. Event loop only.
 */
final class Cordon {
    private final CordonMemory memory;
    private final Runnable kept;
    private long term = -1;
    private long ledgerIndex = -1;
    private boolean holds;
    /** How often something was to be kept: only when the last of that is, a restarted agent knows. */
    private long keeping;

    private boolean isKept = true;

    /** @param kept run when a new word is kept */
    Cordon(CordonMemory memory, Runnable kept) {
        this.memory = memory;
        this.kept = kept;
        memory.last().ifPresent(word -> {
            term = word.term();
            ledgerIndex = word.ledgerIndex();
            holds = word.holds();
        });
    }

    /** Takes in a leader's word; true when it is another than before. */
    boolean hear(Message.Pulse pulse, NodeId self) {
        if (pulse.term() < term || pulse.term() == term && pulse.ledgerIndex() < ledgerIndex) {
            return false;
        }
        boolean before = holds;
        term = pulse.term();
        ledgerIndex = pulse.ledgerIndex();
        holds = pulse.cordoned().filter(cordoned -> cordoned.contains(self)).isPresent();
        if (holds != before) {
            keep();
        }
        return holds != before;
    }

    private void keep() {
        long number = ++keeping;
        isKept = false;
        memory.keep(new CordonMemory.Word(term, ledgerIndex, holds)).whenComplete((done, failure) -> {
            // A disk that takes no writes is a reason to drain a node: the drain does not wait for it.
            if (number == keeping) {
                isKept = true;
                kept.run();
            }
        });
    }

    /** Whether this node starts nothing. */
    boolean holds() {
        return holds;
    }

    /** Whether an agent that is started now would know it, too, as far as the disk allows. */
    boolean isKept() {
        return isKept;
    }

    /** Term of the leader whose word is the newest; −1 before the first. */
    long term() {
        return term;
    }

    /** State of the ledger behind the newest word. */
    long ledgerIndex() {
        return ledgerIndex;
    }
}
