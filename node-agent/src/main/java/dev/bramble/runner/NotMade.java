package dev.bramble.runner;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.Output;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/** Outcomes of what could not be made here, and costs nobody a try. */
final class NotMade {
    private NotMade() {}

    static BatchOutcome batch(HeldAttempt attempt, String reason) {
        return new BatchOutcome(
                attempt.order.attempt(),
                attempt.order.task().job(),
                attempt.order.tasks(),
                attempt.order.retryEpoch(),
                new RoaringBitmap(),
                Output.Inline.EMPTY,
                List.of(),
                Optional.empty(),
                reason,
                Output.Inline.EMPTY,
                0);
    }

    static AttemptOutcome attempt(HeldAttempt attempt, String reason) {
        return new AttemptOutcome(
                attempt.order.attempt(),
                attempt.order.task(),
                attempt.order.retryEpoch(),
                AttemptEnd.KILLED,
                -1,
                reason,
                0,
                Output.Inline.EMPTY,
                Output.Inline.EMPTY,
                false,
                List.of(),
                Optional.empty());
    }
}
