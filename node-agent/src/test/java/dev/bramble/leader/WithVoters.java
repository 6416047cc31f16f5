package dev.bramble.leader;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A ledger whose membership is what the test says. */
record WithVoters(Ledger real, List<Peer> voters) implements Ledger {
    @Override
    public CompletionStage<Long> append(byte[] entry) {
        return real.append(entry);
    }

    @Override
    public Status status() {
        Status is = real.status();
        return new Status(is.term(), is.leader(), is.leading(), List.copyOf(voters), is.appliedIndex(), is.trouble());
    }

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

    @Override
    public CompletionStage<Boolean> standForElection() {
        return real.standForElection();
    }

    @Override
    public void close() {
        real.close();
    }
}
