package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.Setting;
import dev.bramble.model.SizeText;
import dev.bramble.model.TaskTraits;
import dev.bramble.store.BlobStore;
import dev.bramble.store.PeerBlobs;
import dev.bramble.worker.Filters;
import dev.bramble.worker.Workers;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.roaringbitmap.RoaringBitmap;

/**
 * Keeps what an attempt left: small things inline, middling ones in segments, large ones as blobs, with a second
 * flushed copy on another node before the outcome is reported. Event loop only; blocking work goes off.
 */
public final class Results {
    /** Inline bytes of one outcome: with more the status message could not hold a batch of them. */
    static final int OUTCOME_INLINE_BYTES_MAX = 16 * 1024;

    private final Offload offload;
    private final Workers workers;
    private final Replication replication;
    private final SegmentPacker packer;

    public Results(NodeId self, Offload offload, Cluster cluster, Workers workers, BlobStore blobs, PeerBlobs peers) {
        this.offload = offload;
        this.workers = workers;
        this.replication = new Replication(self, offload, cluster, blobs, peers);
        this.packer = new SegmentPacker(offload.loop(), replication);
    }

    /** Nodes that take no work: they get copies only when no other node takes them. */
    void cordoned(Set<NodeId> nodes) {
        replication.cordoned(nodes);
    }

    /** Blobs that attempts have left here since then, in the loop's nanoseconds; those before are forgotten. */
    List<BlobId> putSince(long nanos) {
        return replication.putSince(nanos);
    }

    /**
     * What the ended attempt came to, once its results are safe. Fails when this node cannot keep them.
     *
     * @param moreComes whether other attempts of its job are about to end here; asked when it matters
     */
    CompletionStage<AttemptOutcome> keep(HeldAttempt attempt, Workers.Ended ended, BooleanSupplier moreComes) {
        Verdict verdict = verdict(attempt, ended).thatCounts(attempt);
        boolean hasLapsed = attempt.stopped == HeldAttempt.Stopped.NO && ended.exit() instanceof Workers.Exit.Lapsed;
        if (attempt.stopped == HeldAttempt.Stopped.MOVED || hasLapsed) {
            return keepCheckpoint(attempt, ended, verdict);
        }
        CompletionStage<Workers.Collected> collected =
                verdict.end == AttemptEnd.SUCCEEDED && !attempt.outputs().isEmpty()
                        ? workers.collect(attempt.order.attempt(), attempt.outputs())
                        : CompletableFuture.completedFuture(new Workers.Collected(List.of(), List.of()));
        return collected.thenCompose(found -> {
            Verdict last = found.problems().isEmpty()
                    ? verdict.saying(isCutByLimit(attempt, ended) ? cutSentence(attempt) : "")
                    : new Verdict(AttemptEnd.FAILED, verdict.exitCode, String.join("; ", found.problems()))
                            .thatCounts(attempt);
            return keep(attempt, ended, last, last.end == AttemptEnd.SUCCEEDED ? found.files() : List.of(), moreComes);
        });
    }

    private record Verdict(AttemptEnd end, int exitCode, String reason) {
        /** A failure of an attempt that nobody waited for any more costs its task nothing. */
        Verdict thatCounts(HeldAttempt attempt) {
            boolean isLate = attempt.endedFenced && (end == AttemptEnd.FAILED || end == AttemptEnd.TIMED_OUT);
            return isLate
                    ? new Verdict(AttemptEnd.KILLED, exitCode, "its node was out of touch when it failed: " + reason)
                    : this;
        }

        Verdict saying(String more) {
            return more.isEmpty() ? this : new Verdict(end, exitCode, reason.isEmpty() ? more : reason + "; " + more);
        }
    }

    private static String cutSentence(HeldAttempt attempt) {
        return "what it printed was cut at " + SizeText.rounded(attempt.limits.streamBytesMax()) + " ("
                + Setting.TASKS_STREAM_MAX.key() + "): write more into a file under outputs";
    }

    /** What is cut beneath the limit did not fit the disk: a task that printed it has not had its say. */
    private static boolean isCutByDisk(HeldAttempt attempt, Workers.Ended ended) {
        return ended.cut() && !isCutByLimit(attempt, ended);
    }

    private static boolean isCutByLimit(HeldAttempt attempt, Workers.Ended ended) {
        return ended.cut()
                && Math.max(ended.stdout().sizeBytes(), ended.stderr().sizeBytes()) >= attempt.limits.streamBytesMax();
    }

    private static Verdict verdict(HeldAttempt attempt, Workers.Ended ended) {
        int code = switch (ended.exit()) {
            case Workers.Exit.Code exit -> exit.code();
            case Workers.Exit.Signal signal -> 128 + signal.number();
            case Workers.Exit.OverLimit over -> over.code();
            case Workers.Exit.Lapsed lapsed -> lapsed.code();
            case Workers.Exit.NotStarted failure -> -1;
            case Workers.Exit.Lost lost -> -1;
        };
        if (attempt.stopped == HeldAttempt.Stopped.TIMEOUT) {
            return new Verdict(
                    AttemptEnd.TIMED_OUT,
                    code,
                    "it ran longer than its timeout of " + attempt.job.timeout().toSeconds() + " s");
        }
        if (isCutByDisk(attempt, ended)) {
            return new Verdict(
                    AttemptEnd.KILLED, code, "what it printed could not be kept: this node's disk takes no more");
        }
        if (attempt.stopped == HeldAttempt.Stopped.MOVED) {
            // Exit code 0, too: a program that was told to stop may end well without having done its work.
            return new Verdict(AttemptEnd.KILLED, code, "");
        }
        return switch (ended.exit()) {
            case Workers.Exit.Code exit ->
                exit.code() == 0
                        ? new Verdict(AttemptEnd.SUCCEEDED, 0, "")
                        : new Verdict(AttemptEnd.FAILED, code, "exit code " + exit.code());
            case Workers.Exit.Signal signal ->
                new Verdict(AttemptEnd.FAILED, code, "it was ended by signal " + signal.number());
            case Workers.Exit.OverLimit over -> new Verdict(AttemptEnd.FAILED, code, over.sentence());
            case Workers.Exit.NotStarted failure -> new Verdict(AttemptEnd.FAILED, code, failure.sentence());
            case Workers.Exit.Lost lost -> new Verdict(AttemptEnd.KILLED, code, lost.sentence());
            case Workers.Exit.Lapsed lapsed ->
                new Verdict(AttemptEnd.KILLED, code, "its node lost contact with the leader: its lease had run out");
        };
    }

    /** Of an attempt that was stopped only its checkpoint is of use, if it says that it left one. */
    private CompletionStage<AttemptOutcome> keepCheckpoint(HeldAttempt attempt, Workers.Ended ended, Verdict verdict) {
        if (!attempt.job.leavesCheckpoints() || !saysCheckpoint(ended.exit())) {
            return CompletableFuture.completedFuture(stopped(attempt, ended, verdict, Optional.empty()));
        }
        return workers.collectCheckpoint(
                        attempt.order.attempt(), attempt.job.needs().diskBytes())
                .thenCompose(found -> {
                    boolean isWhole = found.problems().isEmpty();
                    Verdict said = verdict.saying(attempt.stoppedBecause)
                            .saying(
                                    isWhole
                                            ? "it left a checkpoint"
                                            : "its checkpoint is not kept: " + String.join("; ", found.problems()));
                    return checkpoint(isWhole ? found.files() : List.of())
                            .thenApply(files -> stopped(attempt, ended, said, Optional.of(new Checkpoint(files))));
                });
    }

    /** Whoever stopped it: its guard says SIGTERM, too. */
    private static boolean saysCheckpoint(Workers.Exit exit) {
        return exit.equals(new Workers.Exit.Code(TaskTraits.CHECKPOINT_EXIT))
                || exit.equals(new Workers.Exit.Lapsed(TaskTraits.CHECKPOINT_EXIT));
    }

    /** Each file is a blob of its own, which goes when the next checkpoint comes. */
    private CompletionStage<List<AttemptOutcome.KeptFile>> checkpoint(List<Workers.CollectedFile> files) {
        CompletionStage<List<AttemptOutcome.KeptFile>> kept = CompletableFuture.completedFuture(new ArrayList<>());
        for (Workers.CollectedFile file : files) {
            kept = kept.thenCombine(alone(replication.adopt(file.path()), ""), (all, output) -> {
                all.add(new AttemptOutcome.KeptFile(file.name(), output, file.executable()));
                return all;
            });
        }
        return kept;
    }

    private static AttemptOutcome stopped(
            HeldAttempt attempt, Workers.Ended ended, Verdict verdict, Optional<Checkpoint> checkpoint) {
        return new AttemptOutcome(
                attempt.order.attempt(),
                attempt.order.task(),
                attempt.order.retryEpoch(),
                verdict.end,
                verdict.exitCode,
                verdict.reason,
                ended.millis(),
                Output.Inline.EMPTY,
                Output.Inline.EMPTY,
                false,
                List.of(),
                checkpoint);
    }

    private CompletionStage<AttemptOutcome> keep(
            HeldAttempt attempt,
            Workers.Ended ended,
            Verdict verdict,
            List<Workers.CollectedFile> files,
            BooleanSupplier moreComes) {
        Budget budget = new Budget(attempt.inlineBytesMax);
        CompletionStage<Output> stdout = printed(attempt, Workers.Stream.STDOUT, ended.stdout(), budget);
        CompletionStage<Output> stderr = printed(attempt, Workers.Stream.STDERR, ended.stderr(), budget);
        CompletionStage<List<AttemptOutcome.KeptFile>> kept = CompletableFuture.completedFuture(new ArrayList<>());
        for (Workers.CollectedFile file : files) {
            kept = kept.thenCombine(file(attempt, file, budget), (all, output) -> {
                all.add(new AttemptOutcome.KeptFile(file.name(), output, file.executable()));
                return all;
            });
        }
        packed(attempt, budget, moreComes);
        return stdout.thenCombine(stderr, List::of)
                .thenCombine(
                        kept,
                        (streams, outputs) -> new AttemptOutcome(
                                attempt.order.attempt(),
                                attempt.order.task(),
                                attempt.order.retryEpoch(),
                                verdict.end,
                                verdict.exitCode,
                                verdict.reason,
                                ended.millis(),
                                streams.getFirst(),
                                streams.getLast(),
                                ended.cut(),
                                outputs,
                                Optional.empty()));
    }

    private void packed(HeldAttempt attempt, Budget budget, BooleanSupplier moreComes) {
        if (budget.hasPacked) {
            packer.added(attempt.job.job(), moreComes.getAsBoolean());
        }
    }

    /** The same for a batch of a filter's lines. */
    CompletionStage<BatchOutcome> keepBatch(HeldAttempt attempt, Filters.BatchEnded ended, BooleanSupplier moreComes) {
        int from = attempt.order.task().index();
        Budget budget = new Budget(attempt.inlineBytesMax);
        CompletionStage<Output> answers = answers(ended.answers(), budget);
        CompletionStage<Output> stderr = bytes(attempt, ended.stderr(), budget);
        packed(attempt, budget, moreComes);
        return answers.thenCombine(
                stderr,
                (kept, complaints) -> new BatchOutcome(
                        attempt.order.attempt(),
                        attempt.order.task().job(),
                        attempt.order.tasks(),
                        attempt.order.retryEpoch(),
                        RoaringBitmap.addOffset(ended.succeeded(), from),
                        kept,
                        (attempt.endedFenced ? List.<Filters.FailedLine>of() : ended.failed())
                                .stream()
                                        .map(each -> new BatchOutcome.FailedTask(from + each.line(), each.blame()))
                                        .toList(),
                        attempt.endedFenced ? Optional.empty() : ended.failure(),
                        ended.unanswered(),
                        complaints,
                        ended.millis()));
    }

    /** A batch's answers are a segment of their own. */
    private CompletionStage<Output> answers(Filters.Answers answers, Budget budget) {
        return switch (answers) {
            case Filters.Answers.InMemory memory -> {
                byte[] bytes = memory.bytes();
                yield budget.takes(bytes.length)
                        ? CompletableFuture.completedFuture(inline(bytes))
                        : alone(replication.put(() -> new ByteArrayInputStream(bytes), bytes.length), "");
            }
            case Filters.Answers.InFile file -> alone(replication.adopt(file.file()), "");
        };
    }

    /** A stream that is in memory. */
    private CompletionStage<Output> bytes(HeldAttempt attempt, byte[] bytes, Budget budget) {
        return budget.takes(bytes.length)
                ? CompletableFuture.completedFuture(inline(bytes))
                : pack(
                        attempt,
                        bytes.length,
                        () -> CompletableFuture.completedFuture(bytes),
                        budget.takesLastLine(),
                        budget);
    }

    private static Output inline(byte[] bytes) {
        return bytes.length == 0 ? Output.Inline.EMPTY : new Output.Inline(bytes);
    }

    private CompletionStage<Output> alone(CompletionStage<Replication.Kept> kept, String lastLine) {
        return kept.thenCompose(replication::replicate)
                .thenApply(stored -> new Output.Stored(stored.blob(), stored.sizeBytes(), stored.holders(), lastLine));
    }

    /** Nobody wants the batch any more. */
    void drop(Filters.BatchEnded ended) {
        switch (ended.answers()) {
            case Filters.Answers.InMemory memory -> {}
            case Filters.Answers.InFile file -> offload.call(() -> Files.deleteIfExists(file.file()));
        }
    }

    /** Says what may still ride inline in one outcome. */
    private static final class Budget {
        private final int each;
        private int left;
        /** Whether something of the outcome went into a segment. */
        private boolean hasPacked;

        Budget(int each) {
            this.each = each;
            this.left = each == 0 ? 0 : OUTCOME_INLINE_BYTES_MAX;
        }

        boolean takes(long bytes) {
            if (bytes > each || bytes > left) {
                return bytes == 0;
            }
            left -= (int) bytes;
            return true;
        }

        /** Last lines ride in the ledger, too. */
        boolean takesLastLine() {
            return each > 0;
        }
    }

    private CompletionStage<Output> printed(
            HeldAttempt attempt, Workers.Stream stream, Workers.Printed printed, Budget budget) {
        return switch (printed) {
            case Workers.Printed.InMemory memory -> bytes(attempt, memory.bytes(), budget);
            case Workers.Printed.InFile file -> stream(attempt, stream, file.sizeBytes(), file.file(), budget);
        };
    }

    private CompletionStage<Output> stream(
            HeldAttempt attempt, Workers.Stream stream, long sizeBytes, Path file, Budget budget) {
        if (budget.takes(sizeBytes)) {
            return whole(attempt, stream, sizeBytes).thenApply(Output.Inline::new);
        }
        if (sizeBytes <= SegmentPacker.PART_BYTES_MAX) {
            return pack(attempt, sizeBytes, () -> whole(attempt, stream, sizeBytes), budget.takesLastLine(), budget);
        }
        CompletionStage<String> lastLine = budget.takesLastLine()
                ? end(attempt, stream, sizeBytes).thenApply(Output::lastLine)
                : CompletableFuture.completedFuture("");
        return lastLine.thenCompose(line -> alone(replication.put(() -> Files.newInputStream(file), sizeBytes), line));
    }

    /** All that a small stream holds. */
    private CompletionStage<byte[]> whole(HeldAttempt attempt, Workers.Stream stream, long sizeBytes) {
        return workers.log(attempt.order.attempt(), stream, 0, (int) sizeBytes)
                .thenApply(piece -> piece.orElseThrow().bytes());
    }

    private CompletionStage<byte[]> end(HeldAttempt attempt, Workers.Stream stream, long sizeBytes) {
        long from = Math.max(0, sizeBytes - Output.LAST_LINE_BYTES_MAX);
        return workers.log(attempt.order.attempt(), stream, from, Output.LAST_LINE_BYTES_MAX)
                .thenApply(piece -> piece.map(Workers.LogPiece::bytes).orElse(new byte[0]));
    }

    private CompletionStage<Output> file(HeldAttempt attempt, Workers.CollectedFile file, Budget budget) {
        if (budget.takes(file.sizeBytes())) {
            return offload.call(() -> inline(workers.read(file)));
        }
        if (file.sizeBytes() <= SegmentPacker.PART_BYTES_MAX) {
            return pack(attempt, file.sizeBytes(), () -> offload.call(() -> workers.read(file)), false, budget);
        }
        return alone(replication.adopt(file.path()), "");
    }

    private CompletionStage<Output> pack(
            HeldAttempt attempt,
            long sizeBytes,
            Supplier<CompletionStage<byte[]>> reads,
            boolean keepsLastLine,
            Budget budget) {
        budget.hasPacked = true;
        return packer.add(attempt.job.job(), (int) sizeBytes, reads, keepsLastLine);
    }
}
