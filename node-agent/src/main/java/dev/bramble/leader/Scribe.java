package dev.bramble.leader;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.Origin;
import dev.bramble.ledger.Replica;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Writes into the ledger what all voters know, with where it came from when a user wanted it. Event loop. */
final class Scribe {
    private final Appender appender;
    private final Replica replica;
    private final Ledger ledger;
    private final int ownLanguage;
    private Supplier<RefusedException> unknown =
            () -> new RefusedException(Refusal.Kind.UNAVAILABLE, "this node is still starting: try again");
    private Optional<Origin> acting = Optional.empty();

    /** @param ownLanguage the newest that this release knows */
    Scribe(Appender appender, Replica replica, Ledger ledger, int ownLanguage) {
        this.appender = appender;
        this.replica = replica;
        this.ledger = ledger;
        this.ownLanguage = ownLanguage;
    }

    CompletionStage<Long> append(Command command) {
        // What says itself where it came from needs no second word about it.
        boolean isPlain = !(command instanceof Command.NoteAction || command instanceof Command.UseToken);
        Command written = acting.filter(origin -> isPlain)
                .<Command>map(origin -> new Command.ByUser(command, origin))
                .filter(this::mayWrite)
                .orElse(command);
        return mayWrite(written) ? appender.append(written) : CompletableFuture.failedFuture(unknown.get());
    }

    /** What {@code work} appends before it returns is written with this origin. */
    <T> T as(Origin origin, Supplier<T> work) {
        Optional<Origin> before = acting;
        acting = Optional.of(origin);
        try {
            return work.get();
        } finally {
            acting = before;
        }
    }

    /** For whom the work that is being done is done. */
    Optional<Origin> acting() {
        return acting;
    }

    boolean mayWrite(Command command) {
        // These two say what the language is.
        boolean isOfLanguage = command instanceof Command.Found || command instanceof Command.RaiseLanguage;
        return isOfLanguage || Language.of(command) <= language();
    }

    private int language() {
        LedgerState state = replica.state();
        if (!state.ledger().value().isEmpty()) {
            return state.electorate().language();
        }
        // Who founds a ledger is its only voter; one with more was made by somebody else, who may know less.
        return ledger.status().voters().size() > 1 ? Language.FIRST : ownLanguage;
    }

    void whenUnknown(Supplier<RefusedException> teller) {
        unknown = teller;
    }

    /** Nothing that waits will be written by this leader any more. */
    void stop() {
        appender.stop();
    }
}
