package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Output;
import dev.bramble.model.Setting;
import dev.bramble.model.SizeText;
import dev.bramble.store.BlobStore;
import dev.bramble.store.PeerBlobs;
import dev.bramble.worker.Filters;
import dev.bramble.worker.Workers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.roaringbitmap.RoaringBitmap;

/**
 * Keeps what an attempt left: small things inline, larger ones as blobs with a second flushed copy on another node
 * before the outcome is reported. Event loop only; blocking work goes off.
 */
public final class Results {
    /** Copies of a result before it counts, while as many nodes are up. DESIGN section 7. */
    static final int COPIES = 2;
    /** Inline bytes of one outcome: with more the status message could not hold a batch of them. */
    static final int OUTCOME_INLINE_BYTES_MAX = 16 * 1024;
    /** Read from the end of a stream to find its last line: four bytes for each character shown, and some blanks. */
    private static final int LAST_LINE_BYTES = 1024;
    /** Pause before a copy is tried again when no other node took it. */
    private static final Duration RETRY = Duration.ofSeconds(1);
    /**
     * After so long without anybody who takes a copy, one copy must do: those in the view cannot write. A split takes
     * six seconds to be noticed, so this is no split. DESIGN section 7: as many copies as nodes are up and writable.
     */
    static final Duration ALONE_AFTER = Duration.ofSeconds(30);

    private final NodeId self;
    private final Offload offload;
    private final Cluster cluster;
    private final Workers workers;
    private final BlobStore blobs;
    private final PeerBlobs peers;

    public Results(NodeId self, Offload offload, Cluster cluster, Workers workers, BlobStore blobs, PeerBlobs peers) {
        this.self = self;
        this.offload = offload;
        this.cluster = cluster;
        this.workers = workers;
        this.blobs = blobs;
        this.peers = peers;
    }

    /** What the ended attempt came to, once its results are safe. Fails when this node cannot keep them. */
    CompletionStage<AttemptOutcome> keep(HeldAttempt attempt, Workers.Ended ended) {
        Verdict verdict = verdict(attempt, ended);
        CompletionStage<Workers.Collected> collected =
                verdict.end == AttemptEnd.SUCCEEDED && !attempt.outputs().isEmpty()
                        ? workers.collect(attempt.order.attempt(), attempt.outputs())
                        : CompletableFuture.completedFuture(new Workers.Collected(List.of(), List.of()));
        return collected.thenCompose(found -> {
            Verdict last = found.problems().isEmpty()
                    ? verdict.saying(isCutByLimit(attempt, ended) ? cutSentence(attempt) : "")
                    : new Verdict(AttemptEnd.FAILED, verdict.exitCode, String.join("; ", found.problems()));
            return keep(attempt, ended, last, last.end == AttemptEnd.SUCCEEDED ? found.files() : List.of());
        });
    }

    private record Verdict(AttemptEnd end, int exitCode, String reason) {
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
        };
    }

    private CompletionStage<AttemptOutcome> keep(
            HeldAttempt attempt, Workers.Ended ended, Verdict verdict, List<Workers.CollectedFile> files) {
        Budget budget = new Budget(attempt.inlineBytesMax);
        CompletionStage<Output> stdout = printed(attempt, Workers.Stream.STDOUT, ended.stdout(), budget);
        CompletionStage<Output> stderr = printed(attempt, Workers.Stream.STDERR, ended.stderr(), budget);
        CompletionStage<List<AttemptOutcome.KeptFile>> kept = CompletableFuture.completedFuture(new ArrayList<>());
        for (Workers.CollectedFile file : files) {
            kept = kept.thenCombine(file(file, budget), (all, output) -> {
                all.add(new AttemptOutcome.KeptFile(file.name(), output, file.executable()));
                return all;
            });
        }
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
                                outputs));
    }

    /** The same for a batch of a filter's lines. */
    CompletionStage<BatchOutcome> keepBatch(HeldAttempt attempt, Filters.BatchEnded ended) {
        int from = attempt.order.task().index();
        Budget budget = new Budget(attempt.inlineBytesMax);
        CompletionStage<Output> answers = answers(ended.answers(), budget);
        CompletionStage<Output> stderr = bytes(ended.stderr(), false, budget);
        return answers.thenCombine(
                stderr,
                (kept, complaints) -> new BatchOutcome(
                        attempt.order.attempt(),
                        attempt.order.task().job(),
                        attempt.order.tasks(),
                        attempt.order.retryEpoch(),
                        RoaringBitmap.addOffset(ended.succeeded(), from),
                        kept,
                        ended.failed().stream()
                                .map(each -> new BatchOutcome.FailedTask(from + each.line(), each.blame()))
                                .toList(),
                        ended.failure(),
                        ended.unanswered(),
                        complaints,
                        ended.millis()));
    }

    private CompletionStage<Output> answers(Filters.Answers answers, Budget budget) {
        return switch (answers) {
            case Filters.Answers.InMemory memory -> bytes(memory.bytes(), false, budget);
            case Filters.Answers.InFile file ->
                offload.call(() -> blobs.adopt(file.file())).thenCompose(stored -> replicated(kept(stored, "")));
        };
    }

    /** @param isStream its last line is kept with it, should it become a blob */
    private CompletionStage<Output> bytes(byte[] bytes, boolean isStream, Budget budget) {
        return budget.takes(bytes.length)
                ? CompletableFuture.completedFuture(bytes.length == 0 ? Output.Inline.EMPTY : new Output.Inline(bytes))
                : offload.call(() -> blobs.put(new ByteArrayInputStream(bytes), bytes.length))
                        .thenCompose(stored -> replicated(kept(stored, isStream ? lastLine(bytes) : "")));
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
    }

    private CompletionStage<Output> printed(
            HeldAttempt attempt, Workers.Stream stream, Workers.Printed printed, Budget budget) {
        return switch (printed) {
            case Workers.Printed.InMemory memory -> bytes(memory.bytes(), true, budget);
            case Workers.Printed.InFile file -> stream(attempt, stream, file.sizeBytes(), file.file(), budget);
        };
    }

    private static String lastLine(byte[] bytes) {
        return Output.lastLine(Arrays.copyOfRange(bytes, Math.max(0, bytes.length - LAST_LINE_BYTES), bytes.length));
    }

    private CompletionStage<Output> stream(
            HeldAttempt attempt, Workers.Stream stream, long sizeBytes, Path file, Budget budget) {
        if (budget.takes(sizeBytes)) {
            return workers.log(attempt.order.attempt(), stream, 0, (int) sizeBytes)
                    .thenApply(piece -> new Output.Inline(piece.orElseThrow().bytes()));
        }
        long endOffset = Math.max(0, sizeBytes - LAST_LINE_BYTES);
        CompletionStage<String> lastLine = workers.log(attempt.order.attempt(), stream, endOffset, LAST_LINE_BYTES)
                .thenApply(
                        piece -> piece.map(end -> Output.lastLine(end.bytes())).orElse(""));
        return offload.call(() -> {
                    try (InputStream bytes = Files.newInputStream(file)) {
                        return blobs.put(bytes, sizeBytes);
                    }
                })
                .thenCombine(lastLine, this::kept)
                .thenCompose(this::replicated);
    }

    private CompletionStage<Output> file(Workers.CollectedFile file, Budget budget) {
        if (budget.takes(file.sizeBytes())) {
            return offload.call(() -> new Output.Inline(Files.readAllBytes(file.path())));
        }
        return offload.call(() -> blobs.adopt(file.path())).thenCompose(stored -> replicated(kept(stored, "")));
    }

    /** A blob on this node since then, and its last line if it is a stream. */
    private record Kept(BlobStore.Stored stored, String lastLine, long sinceNanos) {}

    private Kept kept(BlobStore.Stored stored, String lastLine) {
        return new Kept(stored, lastLine, offload.loop().nanos());
    }

    /** Completes when another node has a flushed copy too, or when nobody is there to take one. */
    private CompletionStage<Output> replicated(Kept kept) {
        BlobStore.Stored stored = kept.stored();
        List<Member> others = others(stored.blob());
        boolean nobodyTakesIt = offload.loop().nanos() - kept.sinceNanos() >= ALONE_AFTER.toNanos();
        if (others.isEmpty() || nobodyTakesIt) {
            return CompletableFuture.completedFuture(
                    new Output.Stored(stored.blob(), stored.sizeBytes(), List.of(self), kept.lastLine()));
        }
        CompletableFuture<Output> output = new CompletableFuture<>();
        offload.call(() -> pushToOne(stored.blob(), others)).whenComplete((holder, failure) -> {
            if (failure == null && holder.isPresent()) {
                output.complete(new Output.Stored(
                        stored.blob(), stored.sizeBytes(), List.of(self, holder.get()), kept.lastLine()));
            } else {
                // Nobody took it though somebody is there: the outcome waits for a new view or the end of patience.
                offload.loop()
                        .after(
                                RETRY,
                                () -> replicated(kept).whenComplete((later, broken) -> {
                                    if (broken == null) {
                                        output.complete(later);
                                    } else {
                                        output.completeExceptionally(broken);
                                    }
                                }));
            }
        });
        return output;
    }

    /** Other agents in the view, beginning at a place that depends on the blob, so that copies spread. */
    private List<Member> others(BlobId blob) {
        List<Member> others = new ArrayList<>(cluster.view().members().stream()
                .filter(member ->
                        member.role() == NodeRole.AGENT && !member.node().equals(self))
                .toList());
        if (!others.isEmpty()) {
            Collections.rotate(others, Math.floorMod(blob.hashCode(), others.size()));
        }
        return others;
    }

    private Optional<NodeId> pushToOne(BlobId blob, List<Member> others) throws IOException {
        for (Member other : others) {
            try (InputStream bytes = blobs.open(blob, 0)) {
                if (peers.push(other.node(), other.door(), bytes).blob().equals(blob)) {
                    return Optional.of(other.node());
                }
            } catch (IOException failure) {
                // The next one is asked; when none takes it, the caller tries again with a new view.
                continue;
            }
        }
        return Optional.empty();
    }
}
