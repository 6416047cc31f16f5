package dev.bramble.runner;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** On a card that is not there: what is kept outlives the agent, at once unless a test holds it up. */
public final class SimCordonMemory implements CordonMemory {
    private Optional<Word> last = Optional.empty();
    /** Instead of keeping, once. */
    Optional<CompletableFuture<Word>> heldUp = Optional.empty();

    @Override
    public Optional<Word> last() {
        return last;
    }

    @Override
    public CompletionStage<?> keep(Word word) {
        if (heldUp.isPresent()) {
            return heldUp.get();
        }
        last = Optional.of(word);
        return CompletableFuture.completedFuture(word);
    }

    /** The card is gone, with what was on it. */
    public void wipe() {
        last = Optional.empty();
    }
}
