package dev.bramble.runner;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a node was told last of whether it may start work, kept over a restart of its agent: a new agent may hear an old
 * leader first, which does not know of a cordon that was acknowledged to the next.
 */
public interface CordonMemory {
    /** @param term of the leader that said so; {@code ledgerIndex}: state of the ledger behind it */
    record Word(long term, long ledgerIndex, boolean holds) {}

    /** Keeps nothing: for a node whose disk takes no writes, and where nothing is restarted. */
    CordonMemory NONE = new CordonMemory() {
        @Override
        public Optional<Word> last() {
            return Optional.empty();
        }

        @Override
        public CompletionStage<?> keep(Word word) {
            return CompletableFuture.completedFuture(word);
        }
    };

    /** What was kept last; empty when there is nothing. Called once, when the agent starts. */
    Optional<Word> last();

    /**
     * Completes on the event loop once it is flushed, or a later one is; fails when it cannot be. The word that was
     * given last is the one that stays. Event loop only.
     *
     * @param word another than before: an idle node writes nothing
     */
    CompletionStage<?> keep(Word word);
}
