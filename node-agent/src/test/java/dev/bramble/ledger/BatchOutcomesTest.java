package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskRange;
import dev.bramble.time.Moment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class BatchOutcomesTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final NodeId NODE = new NodeId("one");
    private static final JobId JOB = new JobId(1);
    private static final BlobId BLOB = new BlobId("ab".repeat(32));
    private static final BatchOutcome.Blame CRASH =
            new BatchOutcome.Blame(AttemptEnd.FAILED, 3, "the program ended with exit code 3");

    private final LedgerState state = new LedgerState();
    private long attempts;

    private void job(SampleJob sample) {
        apply(new Command.SubmitJob(JOB, sample.filter().spec(), "ada", "", ""));
    }

    private void apply(Command command) {
        state.apply(new Entry(Moment.FOUNDING, List.of(command)));
    }

    private JobRecord job() {
        return state.job(JOB).orElseThrow();
    }

    /** A batch whose lines all answered but the failed ones. */
    private BatchOutcome batch(int from, int count, Output answers, int... failed) {
        RoaringBitmap succeeded = new RoaringBitmap();
        succeeded.add((long) from, from + count);
        RoaringBitmap.bitmapOf(failed).forEach((org.roaringbitmap.IntConsumer) succeeded::remove);
        return new BatchOutcome(
                new AttemptId(1, ++attempts),
                JOB,
                new TaskRange(from, count),
                job().retryEpoch(),
                succeeded,
                answers,
                IntStream.of(failed)
                        .mapToObj(task -> new BatchOutcome.FailedTask(task, CRASH))
                        .toList(),
                Optional.empty(),
                "",
                Output.Inline.EMPTY,
                10);
    }

    private BatchOutcome broken(int from, int count) {
        return broken(from, count, CRASH, Output.Inline.EMPTY);
    }

    private BatchOutcome broken(int from, int count, BatchOutcome.Blame blame, Output stderr) {
        return new BatchOutcome(
                new AttemptId(1, ++attempts),
                JOB,
                new TaskRange(from, count),
                job().retryEpoch(),
                new RoaringBitmap(),
                Output.Inline.EMPTY,
                List.of(),
                Optional.of(blame),
                "",
                stderr,
                10);
    }

    private static Output lines(String... answers) {
        return new Output.Inline((String.join("\n", answers) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Output segment(int sizeBytes) {
        return new Output.Stored(BLOB, sizeBytes, List.of(NODE), "");
    }

    private void record(BatchOutcome... batches) {
        apply(new Command.RecordBatches(NODE, List.of(batches)));
    }

    /** Whatever was done: the state says the same after a snapshot. */
    @AfterEach
    void snapshotHoldsEverything() {
        byte[] snapshot = CODEC.encodeImage(state.image());
        LedgerState restored = LedgerState.of(CODEC.decodeImage(snapshot));
        assertThat(CODEC.encodeImage(restored.image())).isEqualTo(snapshot);
        assertThat(restored.inlineBytes()).isEqualTo(state.inlineBytes());
    }

    private String answer(int task) {
        return switch (job().result(task).orElseThrow().stdout()) {
            case Output.Inline inline -> new String(inline.bytes(), StandardCharsets.UTF_8);
            case Output.Stored stored -> "stored";
            case Output.Slice slice -> "slice";
            case Output.SegmentLine line -> "line " + line.line() + " of segment";
        };
    }

    @Test
    void inlineAnswersAreSpreadOverTheirTasks() {
        job(SampleJob.of(4));
        record(batch(0, 4, lines("a", "", "c", "d")));
        assertThat(job().phase()).isEqualTo(JobPhase.SUCCEEDED);
        assertThat(IntStream.range(0, 4).mapToObj(this::answer)).containsExactly("a", "", "c", "d");
        assertThat(state.inlineBytes()).isEqualTo(3);
    }

    @Test
    void answersInASegmentAreFoundByLine() {
        job(SampleJob.of(10).attempts(2));
        record(batch(2, 5, segment(9000), 4));
        assertThat(answer(2)).isEqualTo("line 0 of segment");
        assertThat(answer(6)).isEqualTo("line 3 of segment");
        assertThat(job().hasOutcome(4)).isFalse();
        assertThat(state.blob(BLOB).orElseThrow().holders()).containsExactly(NODE);
    }

    @Test
    void aFailedLineIsChargedAloneAndFailsAfterItsLastTry() {
        job(SampleJob.of(3).attempts(2));
        record(batch(0, 3, lines("a", "c"), 1));
        assertThat(job().succeededTasks()).isEqualTo(2);
        assertThat(job().triesSpent(1)).isOne();
        assertThat(job().open().toArray()).containsExactly(1);
        record(batch(1, 1, Output.Inline.EMPTY, 1));
        assertThat(job().hasFailed(1)).isTrue();
        assertThat(job().phase()).isEqualTo(JobPhase.FAILED);
        assertThat(job().result(1).orElseThrow().reason()).contains("exit code 3");
        assertThat(job().history(1)).hasSize(2);
    }

    @Test
    void aReportThatComesTwiceCostsOnce() {
        job(SampleJob.of(3).attempts(2));
        BatchOutcome once = broken(0, 3);
        record(once, once);
        record(once);
        assertThat(job().triesSpent(0)).isOne();
        assertThat(job().accepts(once)).isFalse();
    }

    @Test
    void aBatchThatFailsAsAWholeChargesEveryOpenLineOfIt() {
        job(SampleJob.of(6).attempts(2));
        record(batch(2, 1, lines("x")));
        record(broken(0, 4));
        assertThat(IntStream.range(0, 6).map(job()::triesSpent)).containsExactly(1, 1, 0, 1, 0, 0);
        record(broken(0, 6));
        assertThat(job().failedTasks()).isEqualTo(3);
        assertThat(job().hasSucceeded(2)).isTrue();
        assertThat(job().triesSpent(4)).isOne();
    }

    @Test
    void millionLinesOfABrokenFilterCostLittle() {
        int tasks = 1_000_000;
        job(SampleJob.of(tasks).attempts(4));
        for (int tries = 0; tries < 4; tries++) {
            for (int from = 0; from < tasks; from += 50_000) {
                record(broken(from, 50_000));
            }
        }
        assertThat(job().failedTasks()).isEqualTo(tasks);
        assertThat(job().result(777_777).orElseThrow().reason()).contains("exit code 3");
        assertThat(CODEC.encodeImage(state.image()).length).isLessThan(500_000);
    }

    @Test
    void batchesThatFailAlikeTakeNoMoreThanOne() {
        int tasks = 1_000_000;
        job(SampleJob.of(tasks).attempts(1));
        for (int from = 0; from < tasks; from += 1000) {
            BlobId complaints = new BlobId("%064x".formatted(from + 1));
            record(broken(from, 1000, CRASH, new Output.Stored(complaints, 9000, List.of(NODE), "framing")));
        }
        assertThat(job().failedTasks()).isEqualTo(tasks);
        assertThat(job().result(999_999).orElseThrow().reason()).contains("exit code 3");
        assertThat(state.blobs()).as("complaints that a task shows").hasSize(1);
        // Beside the failure itself, some attempts of each batch are remembered for a while, up to a limit.
        assertThat(job().result(0).orElseThrow().stderr())
                .isEqualTo(job().result(999_999).orElseThrow().stderr());
        assertThat(CODEC.encodeImage(state.image()).length).isLessThan(3_000_000);
    }

    @Test
    void batchesThatFailForEverNewReasonsAreToldApartUpToALimit() {
        int batches = TaskResults.SHARED_FAILURES_MAX + 500;
        job(SampleJob.of(batches * 2).attempts(1));
        for (int batch = 0; batch < batches; batch++) {
            BatchOutcome.Blame blame = new BatchOutcome.Blame(AttemptEnd.FAILED, -1, "line " + batch + " is odd");
            record(broken(2 * batch, 2, blame, new Output.Inline(new byte[1000])));
        }
        assertThat(job().result(7).orElseThrow().reason()).isEqualTo("line 3 is odd");
        assertThat(job().result(2 * batches - 1).orElseThrow().reason()).contains("the first ones say why");
        assertThat(state.inlineBytes()).isEqualTo(1000L * TaskResults.SHARED_FAILURES_MAX);
    }

    @Test
    void moreFailuresThanAreToldApartAreStillCounted() {
        int tasks = TaskHistory.TASKS_MAX + 500;
        job(SampleJob.of(tasks).attempts(1));
        for (int task = 0; task < tasks; task++) {
            record(batch(task, 1, Output.Inline.EMPTY, task));
        }
        assertThat(job().failedTasks()).isEqualTo(tasks);
        assertThat(job().result(5).orElseThrow().reason()).contains("exit code 3");
        assertThat(job().result(tasks - 1).orElseThrow().reason()).contains("the first ones say why");
    }

    @Test
    void retryOpensWhatFailedWithAllItsTries() {
        job(SampleJob.of(3).attempts(1));
        BatchOutcome old = broken(1, 1);
        record(batch(0, 1, lines("a")), old, batch(2, 1, Output.Inline.EMPTY, 2));
        apply(new Command.RetryJob(JOB, "ada"));
        assertThat(job().open().toArray()).containsExactly(1, 2);
        assertThat(job().triesSpent(1)).isZero();
        record(old);
        assertThat(job().open().toArray()).as("an outcome of the epoch before").containsExactly(1, 2);
        record(batch(1, 2, lines("b", "c")));
        assertThat(job().phase()).isEqualTo(JobPhase.SUCCEEDED);
        assertThat(answer(0)).isEqualTo("a");
    }

    @Test
    void theFirstOfTwoOverlappingBatchesCounts() {
        job(SampleJob.of(10));
        record(batch(0, 6, segment(5000)));
        record(batch(4, 6, lines("4'", "5'", "6'", "7'", "8'", "9'")));
        assertThat(answer(4)).isEqualTo("line 4 of segment");
        assertThat(answer(6)).isEqualTo("6'");
        assertThat(job().phase()).isEqualTo(JobPhase.SUCCEEDED);
    }

    @Test
    void ofTwoOverlappingSegmentsEachOwnsWhatItBroughtFirst() {
        job(SampleJob.of(10));
        record(batch(3, 3, segment(5000)));
        record(batch(0, 10, segment(6000)));
        assertThat(answer(3)).isEqualTo("line 0 of segment");
        assertThat(answer(6)).isEqualTo("line 6 of segment");
        List<AnswerPage.Piece> pieces = job().answers(0, 100).pieces();
        assertThat(pieces)
                .containsExactly(
                        new AnswerPage.Piece.Lines(BLOB, 0, 3),
                        new AnswerPage.Piece.Lines(BLOB, 0, 3),
                        new AnswerPage.Piece.Lines(BLOB, 6, 4));
    }

    @Test
    void aBatchWhosePartsDoNotFitEachOtherChangesNothing() {
        job(SampleJob.of(10));
        BatchOutcome tooFew = batch(0, 3, lines("a", "b"));
        BatchOutcome cut = batch(0, 1, new Output.Inline("a".getBytes(StandardCharsets.UTF_8)));
        BatchOutcome ofALine = batch(0, 1, new Output.SegmentLine(BLOB, 0));
        BatchOutcome outside = new BatchOutcome(
                new AttemptId(1, ++attempts),
                JOB,
                new TaskRange(0, 2),
                0,
                RoaringBitmap.bitmapOf(0, 7),
                lines("a", "h"),
                List.of(),
                Optional.empty(),
                "",
                Output.Inline.EMPTY,
                1);
        record(tooFew, cut, ofALine, outside);
        assertThat(job().succeededTasks()).isZero();
        assertThat(List.of(tooFew, cut, ofALine, outside)).noneMatch(BatchOutcome::isSound);
    }

    @Test
    void answersOfAJobCancelledHalfwayAreFoundWithoutAWalkForEachTask() {
        int tasks = 1_000_000;
        job(SampleJob.of(tasks));
        for (int from = 0; from < tasks / 2; from += 50) {
            record(batch(from, 50, segment(5000)));
        }
        apply(new Command.CancelJob(JOB, "ada", "enough"));
        int lines = 0;
        int next = 0;
        while (next >= 0) {
            AnswerPage page = job().answers(next, 8);
            for (AnswerPage.Piece piece : page.pieces()) {
                lines += switch (piece) {
                    case AnswerPage.Piece.Bytes bytes -> bytes.bytes().length;
                    case AnswerPage.Piece.Lines of -> of.lines();
                };
            }
            next = page.next();
        }
        assertThat(lines).isEqualTo(tasks);
    }

    private static String text(AnswerPage page) {
        List<String> parts = new ArrayList<>();
        for (AnswerPage.Piece piece : page.pieces()) {
            switch (piece) {
                case AnswerPage.Piece.Bytes bytes -> parts.add(new String(bytes.bytes(), StandardCharsets.UTF_8));
                case AnswerPage.Piece.Lines lines -> parts.add(lines.fromLine() + "+" + lines.lines());
            }
        }
        return String.join("|", parts);
    }

    @Test
    void answersComeInOrderUpToTheFirstThatIsMissing() {
        job(SampleJob.of(12).attempts(2));
        record(batch(0, 4, segment(5000), 2), batch(4, 2, lines("e", "f")), batch(8, 4, lines("i", "j", "k", "l")));
        assertThat(text(job().answers(0, 100))).isEqualTo("0+2");
        assertThat(job().answers(0, 100).next()).isEqualTo(2);
        record(batch(2, 1, lines("c")), batch(6, 2, lines("g", "h")));
        assertThat(text(job().answers(0, 100))).isEqualTo("0+2|c\n|2+1|e\nf\ng\nh\ni\nj\nk\nl\n");
        assertThat(job().answers(0, 100).next()).isEqualTo(-1);
        assertThat(text(job().answers(0, 1))).isEqualTo("0+2");
        assertThat(job().answers(0, 1).next()).isEqualTo(2);
    }

    @Test
    void aLineThatFailedLeavesAnEmptyOne() {
        job(SampleJob.of(3).attempts(1));
        record(batch(0, 3, lines("a", "c"), 1));
        assertThat(text(job().answers(0, 100))).isEqualTo("a\n\nc\n");
    }

    @Test
    void answersOfACancelledJobKeepTheirPlace() {
        job(SampleJob.of(3));
        record(batch(2, 1, lines("c")));
        apply(new Command.CancelJob(JOB, "ada", "enough"));
        assertThat(text(job().answers(0, 100))).isEqualTo("\n\nc\n");
    }

    @Test
    void tenMillionAnswersInSegmentsCostLittle() {
        int tasks = 10_000_000;
        job(SampleJob.of(tasks));
        for (int from = 0; from < tasks; from += TaskRange.COUNT_MAX) {
            record(batch(from, Math.min(TaskRange.COUNT_MAX, tasks - from), segment(600_000)));
        }
        assertThat(job().phase()).isEqualTo(JobPhase.SUCCEEDED);
        assertThat(answer(9_999_999)).isEqualTo("line " + (9_999_999 % TaskRange.COUNT_MAX) + " of segment");
        assertThat(CODEC.encodeImage(state.image()).length).isLessThan(200_000);
    }
}
