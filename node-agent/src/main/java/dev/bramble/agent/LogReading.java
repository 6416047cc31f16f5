package dev.bramble.agent;

import dev.bramble.control.Answer;
import dev.bramble.control.Control;
import dev.bramble.model.AttemptId;
import dev.bramble.runner.Runner;
import dev.bramble.worker.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads a running attempt's log for somebody else. */
final class LogReading {
    private LogReading() {}

    static CompletionStage<Answer> slice(
            Runner runner, AttemptId attempt, Workers.Stream stream, long offset, int bytesMax) {
        if (offset >= 0) {
            return piece(runner, attempt, stream, offset, bytesMax);
        }
        return runner.log(attempt, stream, 0, 0)
                .thenCompose(size -> size.isEmpty()
                        ? CompletableFuture.<Answer>completedFuture(new Answer.Nothing())
                        : piece(runner, attempt, stream, Math.max(0, size.get().sizeBytes() + offset), bytesMax));
    }

    private static CompletionStage<Answer> piece(
            Runner runner, AttemptId attempt, Workers.Stream stream, long offset, int bytesMax) {
        return runner.log(attempt, stream, offset, bytesMax)
                .thenApply(piece -> piece.<Answer>map(found -> new Answer.Log(
                                new Control.LogSlice(found.offset(), found.bytes(), found.sizeBytes(), false, false)))
                        .orElseGet(Answer.Nothing::new));
    }
}
