package dev.bramble.leader;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A ledger whose membership is what the test says. */
record WithVoters(Ledger real, List<Peer> voters) implements MemberedLedger {
    @Override
    public CompletionStage<Void> addVoter(Peer peer) {
        return CompletableFuture.failedFuture(new IllegalStateException("not here"));
    }

    @Override
    public CompletionStage<Void> removeVoter(NodeId node) {
        return CompletableFuture.failedFuture(new IllegalStateException("not here"));
    }

    @Override
    public CompletionStage<Void> transferLeadership(NodeId to, Duration limit) {
        return CompletableFuture.failedFuture(new IllegalStateException("not here"));
    }
}
