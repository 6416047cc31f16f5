package dev.bramble.leader;

import dev.bramble.ledger.Ledger;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A ledger that does what another does, except that its membership is what the test says. */
interface MemberedLedger extends Ledger {
    Ledger real();

    List<Peer> voters();

    @Override
    default CompletionStage<Long> append(byte[] entry) {
        return real().append(entry);
    }

    @Override
    default Status status() {
        Status is = real().status();
        return new Status(is.term(), is.leader(), is.leading(), List.copyOf(voters()), is.appliedIndex(), is.trouble());
    }

    @Override
    default CompletionStage<Boolean> standForElection() {
        return real().standForElection();
    }

    @Override
    default void close() {
        real().close();
    }
}
