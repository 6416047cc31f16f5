package dev.bramble.runner;

import dev.bramble.time.EventLoop;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Work that blocks on disk or network, done elsewhere, its result brought back to the event loop.
 *
 * @param loop where results arrive
 * @param elsewhere runs what blocks; in the simulation the loop itself
 */
public record Offload(EventLoop loop, Executor elsewhere) {
    /** @param work may block */
    public <T> CompletionStage<T> call(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        elsewhere.execute(() -> {
            try {
                T value = work.call();
                loop.execute(() -> result.complete(value));
            } catch (Exception failure) {
                loop.execute(() -> result.completeExceptionally(failure));
            }
        });
        return result;
    }
}
