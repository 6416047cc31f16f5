package dev.bramble.leader;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A ledger of which a test expects a part to be used: to ask it for the rest is a fault. */
interface UnaskedLedger extends Ledger {
    @Override
    default CompletionStage<Long> append(byte[] entry) {
        throw new UnsupportedOperationException();
    }

    @Override
    default CompletionStage<Void> addVoter(Peer peer) {
        throw new UnsupportedOperationException();
    }

    @Override
    default CompletionStage<Void> removeVoter(NodeId node) {
        throw new UnsupportedOperationException();
    }

    @Override
    default CompletionStage<Void> transferLeadership(NodeId to, Duration limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    default CompletionStage<Boolean> standForElection() {
        throw new UnsupportedOperationException();
    }

    @Override
    default void close() {}
}
