package dev.bramble.runner;

import dev.bramble.cluster.Message;
import dev.bramble.model.AttemptId;
import dev.bramble.worker.Workers;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** What running attempts print, sent on piece by piece, so that something is left when this node dies. */
final class LogTails {
    /** Most bytes of each stream sent as a tail per second. */
    static final int TAIL_BYTES_MAX = 64 * 1024;

    private final Workers workers;
    private final Consumer<Message.Tail> teller;

    LogTails(Workers workers, Consumer<Message.Tail> teller) {
        this.workers = workers;
        this.teller = teller;
    }

    /** What is new of each. */
    void send(Collection<HeldAttempt> held) {
        for (HeldAttempt attempt : held) {
            if (attempt.stage == HeldAttempt.Stage.RUNNING && !attempt.isBatch()) {
                AttemptId id = attempt.order.attempt();
                var stdout = workers.log(id, Workers.Stream.STDOUT, attempt.stdoutSeen, TAIL_BYTES_MAX);
                var stderr = workers.log(id, Workers.Stream.STDERR, attempt.stderrSeen, TAIL_BYTES_MAX);
                stdout.thenCombine(stderr, (out, err) -> tail(attempt, out, err))
                        .whenComplete((tail, failure) -> {
                            if (failure == null && tail.stdout().length + tail.stderr().length > 0) {
                                teller.accept(tail);
                            }
                        });
            }
        }
    }

    /** What is new since the last tail; when more came than a tail holds, the rest is skipped up to the newest. */
    private static Message.Tail tail(
            HeldAttempt attempt, Optional<Workers.LogPiece> stdout, Optional<Workers.LogPiece> stderr) {
        Message.Tail tail = new Message.Tail(
                attempt.order.attempt(),
                attempt.order.task(),
                attempt.stdoutSeen,
                stdout.map(Workers.LogPiece::bytes).orElse(new byte[0]),
                attempt.stderrSeen,
                stderr.map(Workers.LogPiece::bytes).orElse(new byte[0]));
        attempt.stdoutSeen = seen(attempt.stdoutSeen, stdout);
        attempt.stderrSeen = seen(attempt.stderrSeen, stderr);
        return tail;
    }

    private static long seen(long before, Optional<Workers.LogPiece> piece) {
        if (piece.isEmpty()) {
            return before;
        }
        long read = piece.get().offset() + piece.get().bytes().length;
        return Math.max(read, piece.get().sizeBytes() - TAIL_BYTES_MAX);
    }
}
