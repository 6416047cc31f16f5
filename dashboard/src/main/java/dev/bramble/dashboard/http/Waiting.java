package dev.bramble.dashboard.http;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what the control port answers later; a request's virtual thread may. */
public final class Waiting {
    /** Longer than the 10 s that the control port gives a leader, so that its own sentence about it is heard first. */
    static final Duration ANSWER_WAIT_MAX = Duration.ofSeconds(15);

    private Waiting() {}

    /**
     * Why a question was refused, a sentence.
     *
     * @throws RuntimeException when it was not refused but failed
     */
    public static String refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused.refusal().sentence();
        }
        throw cause instanceof RuntimeException fault ? fault : new CompletionException(cause);
    }

    /** @throws ProblemException when it is refused, or when there is no answer in {@link #ANSWER_WAIT_MAX} */
    public static <T> T await(CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().get(ANSWER_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw ProblemException.of(
                    Refusal.Kind.UNAVAILABLE,
                    "the bramble did not answer within " + ANSWER_WAIT_MAX.toSeconds()
                            + " s, so whether it was done is not known: look, or try again with the same"
                            + " Idempotency-Key");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemException.of(Refusal.Kind.UNAVAILABLE, "this head is stopping: ask another one");
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case RefusedException refused -> ProblemException.of(refused.refusal());
                case ProblemException problem -> problem;
                case null, default -> new IllegalStateException("the control port failed", e.getCause());
            };
        }
    }
}
