package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Results that share a segment. */
class SlicedResultsTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final NodeId ONE = new NodeId("one");
    private static final NodeId TWO = new NodeId("two");
    private static final JobId JOB = new JobId(1);
    private static final BlobId BLOB = new BlobId("ab".repeat(32));
    private static final Output.Stored SEGMENT = new Output.Stored(BLOB, 90_000, List.of(ONE, TWO), "");

    private final LedgerState state = new LedgerState();
    private long attempts;

    private LedgerState.Applied apply(Command... commands) {
        return state.apply(new Entry(Moment.FOUNDING, List.of(commands)));
    }

    private void submit(SampleJob job) {
        for (NodeId node : List.of(ONE, TWO)) {
            apply(new Command.AdmitNode(NodeRecord.admitted(
                    node, node.value(), NodeRole.AGENT, "serial", node.value(), "root", Moment.FOUNDING)));
        }
        apply(new Command.SubmitJob(JOB, job.spec(), "ada", "", ""));
    }

    private static Output.Slice slice(int number) {
        return new Output.Slice(SEGMENT, number * 10_000L, 10_000, "line " + number);
    }

    private AttemptOutcome outcome(int task, AttemptEnd end, Output stdout, Output stderr, Output... files) {
        return new AttemptOutcome(
                new AttemptId(1, ++attempts),
                new TaskId(JOB, task),
                job().retryEpoch(),
                end,
                end == AttemptEnd.SUCCEEDED ? 0 : 1,
                end == AttemptEnd.SUCCEEDED ? "" : "exit code 1",
                5,
                stdout,
                stderr,
                false,
                List.of(files).stream()
                        .map(file -> new AttemptOutcome.KeptFile("model.bin", file, false))
                        .toList(),
                Optional.empty());
    }

    private void record(AttemptOutcome... outcomes) {
        apply(new Command.RecordOutcomes(ONE, List.of(outcomes)));
    }

    private JobRecord job() {
        return state.job(JOB).orElseThrow();
    }

    private RecordedResult result(int task) {
        return job().result(task).orElseThrow();
    }

    @Test
    void eachTaskHasItsOwnPartOfTheSegment() {
        submit(SampleJob.of(3));
        record(
                outcome(0, AttemptEnd.SUCCEEDED, slice(0), slice(1)),
                outcome(2, AttemptEnd.SUCCEEDED, slice(2), Output.Inline.EMPTY, slice(3)));
        assertThat(result(0).stdout()).isEqualTo(slice(0));
        assertThat(result(0).stderr()).isEqualTo(slice(1));
        assertThat(result(2).stdout()).isEqualTo(slice(2));
        assertThat(result(2).stderr()).isSameAs(Output.Inline.EMPTY);
        assertThat(result(2).outputs().getFirst().content()).isEqualTo(slice(3));
        assertThat(job().result(1)).isEmpty();
        assertThat(state.inlineBytes()).isEqualTo(4 * "line 0".length());
    }

    @Test
    void aSegmentStaysAsLongAsItsJobThoughMostOfItsOutcomesCameTooLate() {
        submit(SampleJob.of(3));
        record(outcome(0, AttemptEnd.SUCCEEDED, slice(0), Output.Inline.EMPTY));
        record(outcome(0, AttemptEnd.SUCCEEDED, slice(1), Output.Inline.EMPTY));
        apply(new Command.CancelJob(JOB, "ada", "enough"));
        record(outcome(1, AttemptEnd.SUCCEEDED, slice(2), Output.Inline.EMPTY));
        assertThat(result(0).stdout()).isEqualTo(slice(0));
        assertThat(state.blobTable().neededBy(JOB)).containsExactly(BLOB);
        assertThat(state.blob(BLOB).orElseThrow().owners()).containsExactly("ada");
        assertThat(state.blobTable().bytesOwnedBy("ada")).isEqualTo(SEGMENT.sizeBytes());
        LedgerState.Applied removed = apply(new Command.RemoveJob(JOB, "ada"));
        assertThat(removed.dropped()).isEqualTo(Set.of(BLOB));
        assertThat(state.inlineBytes()).isZero();
    }

    @Test
    void aSegmentOfOutcomesThatNobodyWantsIsNeverHeardOf() {
        submit(SampleJob.of(1).attempts(2));
        record(outcome(0, AttemptEnd.FAILED, slice(0), slice(1)));
        apply(new Command.CancelJob(JOB, "ada", "enough"));
        record(outcome(0, AttemptEnd.SUCCEEDED, slice(2), Output.Inline.EMPTY));
        assertThat(state.blobs()).isEmpty();
    }

    @Test
    void theNextOutcomeOfASegmentDoesNotBringBackACopyThatWasLost() {
        submit(SampleJob.of(3));
        record(outcome(0, AttemptEnd.SUCCEEDED, slice(0), Output.Inline.EMPTY));
        apply(new Command.RecordCopies(TWO, List.of(), List.of(BLOB)));
        record(outcome(1, AttemptEnd.SUCCEEDED, slice(1), Output.Inline.EMPTY));
        assertThat(state.blob(BLOB).orElseThrow().holders()).containsExactly(ONE);
    }

    @Test
    void aRetryForgetsWhatFailedTasksLeftAndKeepsTheRest() {
        submit(SampleJob.of(2).attempts(1));
        record(outcome(0, AttemptEnd.SUCCEEDED, slice(0), slice(1)), outcome(1, AttemptEnd.FAILED, slice(2), slice(3)));
        assertThat(result(1).stderr()).isEqualTo(slice(3));
        apply(new Command.RetryJob(JOB, "ada"));
        assertThat(job().result(1)).isEmpty();
        assertThat(result(0).stderr()).isEqualTo(slice(1));
        record(outcome(1, AttemptEnd.SUCCEEDED, new Output.Inline(new byte[] {'x'}), Output.Inline.EMPTY));
        assertThat(result(1).stderr()).isSameAs(Output.Inline.EMPTY);
        assertThat(state.inlineBytes()).isEqualTo(2 * "line 0".length() + 1);
        assertThat(state.blobTable().neededBy(JOB)).containsExactly(BLOB);
    }

    @Test
    void slicesSurviveASnapshotByteForByte() {
        submit(SampleJob.of(3000).attempts(1));
        record(
                outcome(0, AttemptEnd.SUCCEEDED, slice(0), slice(1)),
                outcome(5, AttemptEnd.SUCCEEDED, new Output.Inline(new byte[] {'x'}), slice(2)),
                outcome(2000, AttemptEnd.FAILED, slice(3), Output.Inline.EMPTY, slice(4)));
        byte[] bytes = CODEC.encodeImage(state.image());
        LedgerState back = LedgerState.of(CODEC.decodeImage(bytes));
        assertThat(CODEC.encodeImage(back.image())).isEqualTo(bytes);
        assertThat(back.inlineBytes()).isEqualTo(state.inlineBytes());
        JobRecord restored = back.job(JOB).orElseThrow();
        for (int task : new int[] {0, 5, 2000}) {
            RecordedResult result = restored.result(task).orElseThrow();
            assertThat(result).usingRecursiveComparison().isEqualTo(result(task));
        }
        assertThat(restored.result(0).orElseThrow().stdout()).isEqualTo(slice(0));
        assertThat(restored.result(2000).orElseThrow().stdout()).isEqualTo(slice(3));
        assertThat(restored.hasSliceOf(SEGMENT)).isTrue();
    }

    @Test
    void whereNoSegmentReachesChangesNothingButWhatIsSaid() {
        submit(SampleJob.of(2));
        Output odd = new Output.Slice(SEGMENT, Long.MAX_VALUE, 7, "");
        Output negative = new Output.Slice(SEGMENT, -1, -7, "");
        record(
                outcome(0, AttemptEnd.SUCCEEDED, odd, Output.Inline.EMPTY),
                outcome(1, AttemptEnd.SUCCEEDED, negative, Output.Inline.EMPTY));
        assertThat(result(0).stdout()).isEqualTo(odd);
        assertThat(result(1).stdout()).isEqualTo(negative);
    }

    @Test
    void whichJobsALostFileStopsIsWorkedOutOnceForEachState() {
        submit(SampleJob.of(2).ships(new ShippedFile("input", BLOB, 9, false)));
        Set<JobId> stopped = LostFiles.stoppedJobs(state);
        assertThat(stopped).containsExactly(JOB);
        assertThat(LostFiles.stoppedJobs(state)).isSameAs(stopped);
        apply(new Command.RecordCopies(ONE, List.of(BLOB), List.of()));
        assertThat(LostFiles.stoppedJobs(state)).isEmpty();
    }

    @Test
    void aLostSegmentIsToldWithTheTasksThatLoseTheirResult() {
        submit(SampleJob.of(20));
        for (int task = 3; task < 12; task++) {
            record(outcome(task, AttemptEnd.SUCCEEDED, slice(task - 3), Output.Inline.EMPTY));
        }
        apply(
                new Command.RecordCopies(ONE, List.of(), List.of(BLOB)),
                new Command.RecordCopies(TWO, List.of(), List.of(BLOB)));
        assertThat(LostFiles.sentences(state, job()))
                .singleElement()
                .asString()
                .startsWith(
                        "what 9 tasks left (3, 4, 5, 6, 7 and 4 more) is lost, every copy of it is gone or damaged");
    }
}
