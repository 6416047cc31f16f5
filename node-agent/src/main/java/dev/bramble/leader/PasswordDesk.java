package dev.bramble.leader;

import dev.bramble.model.Password;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.EventLoop;
import dev.bramble.trust.PasswordHashing;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Has passwords hashed elsewhere, a few at a time. Owned by the event loop, where its answers come back. */
final class PasswordDesk {
    /** Each takes a core for a good part of a second, and 19 MiB of the heap, on a board that works. */
    static final int AT_ONCE_MAX = 2;
    /** A class that logs in at nine o'clock: the last one waits some ten seconds on a Pi. */
    static final int WAITING_MAX = 32;

    private static final int RETRY_SECONDS = 5;

    private final EventLoop loop;
    private final Executor blocking;
    private final PasswordHashing hashing;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int running;

    PasswordDesk(EventLoop loop, Executor blocking, PasswordHashing hashing) {
        this.loop = loop;
        this.blocking = blocking;
        this.hashing = hashing;
    }

    CompletionStage<String> hash(Password password) {
        return run(() -> hashing.hash(password));
    }

    /** @param hash empty for a user that there is not: takes the same time, and matches nothing */
    CompletionStage<Boolean> matches(Password password, Optional<String> hash) {
        return run(() -> hashing.matches(password, hash.orElseGet(hashing::decoy)) && hash.isPresent());
    }

    /** @throws RefusedException LIMIT while too many wait already */
    void requireRoom() {
        if (waiting.size() >= WAITING_MAX) {
            throw new RefusedException(Refusal.until(
                    "too many people log in just now: try again in " + RETRY_SECONDS + " s", RETRY_SECONDS));
        }
    }

    private <T> CompletionStage<T> run(Supplier<T> work) {
        requireRoom();
        CompletableFuture<T> done = new CompletableFuture<>();
        waiting.add(() -> blocking.execute(() -> {
            CompletableFuture<T> result = new CompletableFuture<>();
            try {
                result.complete(work.get());
            } catch (RuntimeException broken) {
                result.completeExceptionally(broken);
            } finally {
                loop.execute(() -> {
                    running--;
                    next();
                    result.whenComplete((value, failure) -> {
                        if (failure == null) {
                            done.complete(value);
                        } else {
                            done.completeExceptionally(failure);
                        }
                    });
                });
            }
        }));
        next();
        return done;
    }

    private void next() {
        while (running < AT_ONCE_MAX && !waiting.isEmpty()) {
            running++;
            waiting.removeFirst().run();
        }
    }
}
