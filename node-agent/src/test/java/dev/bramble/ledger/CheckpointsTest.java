package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stopped attempts left, and who needs which of its files for how long. */
class CheckpointsTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final NodeId ONE = new NodeId("one");
    private static final NodeId TWO = new NodeId("two");
    private static final JobId JOB = new JobId(1);
    private static final BlobId A = new BlobId("aa".repeat(32));
    private static final BlobId B = new BlobId("bb".repeat(32));
    private static final BlobId C = new BlobId("cc".repeat(32));

    private final LedgerState state = new LedgerState();

    @BeforeEach
    void submit() {
        apply(new Command.SubmitJob(
                JOB, SampleJob.of(3).attempts(2).leavesCheckpoints().spec(), "ada", "key", "body"));
    }

    private Set<BlobId> apply(Command command) {
        return state.apply(new Entry(Moment.FOUNDING, List.of(command))).dropped();
    }

    private static AttemptOutcome stopped(long attempt, int task, int epoch, BlobId... files) {
        AttemptOutcome plain = SampleJob.outcome(
                new AttemptId(1, attempt), new TaskId(JOB, task), epoch, AttemptEnd.KILLED, Output.Inline.EMPTY);
        List<AttemptOutcome.KeptFile> kept = Arrays.stream(files)
                .map(blob -> new AttemptOutcome.KeptFile(
                        blob.sha256().substring(0, 1), new Output.Stored(blob, 10, List.of(ONE, TWO), ""), false))
                .toList();
        return new AttemptOutcome(
                plain.attempt(),
                plain.task(),
                epoch,
                AttemptEnd.KILLED,
                85,
                "its node is drained",
                100,
                Output.Inline.EMPTY,
                Output.Inline.EMPTY,
                false,
                List.of(),
                Optional.of(new Checkpoint(kept)));
    }

    private static AttemptOutcome ended(long attempt, int task, AttemptEnd end) {
        return SampleJob.outcome(new AttemptId(1, attempt), new TaskId(JOB, task), 0, end, Output.Inline.EMPTY);
    }

    private Set<BlobId> record(AttemptOutcome... outcomes) {
        return apply(new Command.RecordOutcomes(ONE, List.of(outcomes)));
    }

    private JobRecord job() {
        return state.job(JOB).orElseThrow();
    }

    private List<BlobId> saved(int task) {
        return job().checkpoint(task).map(Checkpoint::stored).orElse(List.of()).stream()
                .map(Output.Stored::blob)
                .toList();
    }

    @Test
    void checkpointsThatAreKeptAreToldOnceForAJob() {
        record(stopped(1, 0, 0, A), stopped(2, 1, 0, B));
        record(stopped(1, 0, 0, A));
        record(stopped(3, 1, 0));
        record(stopped(4, 0, 0, B));
        assertThat(state.events().after(0).stream()
                        .map(EventRecord::what)
                        .filter(event -> event.kind() == EventKind.TASK_CHECKPOINTED)
                        .map(Happening::text))
                .containsExactly(
                        "2 tasks of job 1 were stopped on one and left checkpoints to go on from; the first is task 0",
                        "task 0 of job 1 was stopped on one and left a checkpoint to go on from");
    }

    @Test
    void aCheckpointIsKeptWithItsHoldersAndCostsNoTry() {
        record(stopped(1, 0, 0, A));
        assertThat(saved(0)).containsExactly(A);
        assertThat(state.blob(A).orElseThrow().holders()).containsExactly(ONE, TWO);
        assertThat(job().triesSpent(0)).isZero();
        assertThat(job().history(0))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.reason()).isEqualTo("its node is drained"));
        LedgerState copy = LedgerState.of(CODEC.decodeImage(CODEC.encodeImage(state.image())));
        assertThat(CODEC.encodeImage(copy.image())).isEqualTo(CODEC.encodeImage(state.image()));
        assertThat(copy.job(JOB).orElseThrow().checkpoint(0)).isEqualTo(job().checkpoint(0));
        assertThat(copy.blobTable().jobless()).isEmpty();
    }

    @Test
    void aNewerOneReplacesItAndWhatBothHaveStays() {
        record(stopped(1, 0, 0, A, B));
        assertThat(record(stopped(2, 0, 0, B, C))).containsExactly(A);
        assertThat(saved(0)).containsExactly(B, C);
        assertThat(state.blobs()).containsOnlyKeys(B, C);
    }

    @Test
    void anOlderOneThatIsReportedAgainChangesNothing() {
        record(stopped(1, 0, 0, A));
        record(stopped(2, 0, 0, B));
        record(stopped(1, 0, 0, A));
        assertThat(saved(0)).containsExactly(B);
        assertThat(state.blobs()).containsOnlyKeys(B);
        assertThat(job().history(0)).hasSize(2);
    }

    @Test
    void oneThatCouldNotBeKeptLeavesTheOlderOneAndSaysSoOnce() {
        record(stopped(1, 0, 0, A));
        record(stopped(2, 0, 0));
        record(stopped(2, 0, 0));
        assertThat(saved(0)).containsExactly(A);
        assertThat(job().history(0)).hasSize(2);
        record(stopped(1, 0, 0, B));
        assertThat(saved(0)).containsExactly(A);
    }

    @Test
    void itGoesWhenItsTaskHasItsOutcomeAndOtherTasksKeepTheirs() {
        record(stopped(1, 0, 0, A, B), stopped(2, 1, 0, B));
        assertThat(record(ended(3, 0, AttemptEnd.SUCCEEDED))).containsExactly(A);
        assertThat(saved(0)).isEmpty();
        assertThat(state.blobs()).containsOnlyKeys(B);
        assertThat(record(ended(4, 1, AttemptEnd.FAILED))).isEmpty();
        assertThat(saved(1)).as("one try is left").containsExactly(B);
        assertThat(record(ended(5, 1, AttemptEnd.TIMED_OUT))).containsExactly(B);
    }

    @Test
    void aFileThatTheJobNeedsOtherwiseStays() {
        record(stopped(1, 0, 0, A));
        ShippedFile same = new ShippedFile("train.py", A, 10, false);
        apply(new Command.SubmitJob(new JobId(2), SampleJob.of(1).ships(same).spec(), "ben", "other", "body"));
        assertThat(record(ended(2, 0, AttemptEnd.SUCCEEDED))).isEmpty();
        assertThat(state.blobs()).containsOnlyKeys(A);
    }

    @Test
    void aCancelledJobKeepsNoneAndItsRetryTakesNoneOfTheOldEpoch() {
        record(stopped(1, 0, 0, A));
        assertThat(apply(new Command.CancelJob(JOB, "ada", "enough"))).containsExactly(A);
        apply(new Command.RetryJob(JOB, "ada"));
        record(stopped(2, 0, 0, B));
        assertThat(saved(0)).isEmpty();
        assertThat(state.blobs()).isEmpty();
        record(stopped(3, 0, 1, C));
        assertThat(saved(0)).containsExactly(C);
    }

    @Test
    void aLostOneIsForgottenAndItsTaskSaysSo() {
        record(stopped(1, 0, 0, A));
        TaskId task = new TaskId(JOB, 0);
        apply(new Command.LoseCheckpoint(task, 0, new AttemptId(1, 9), TWO, "of another attempt"));
        assertThat(saved(0)).containsExactly(A);
        assertThat(apply(new Command.LoseCheckpoint(task, 0, new AttemptId(1, 1), TWO, "it is lost")))
                .containsExactly(A);
        assertThat(saved(0)).isEmpty();
        assertThat(job().history(0).getLast().reason()).isEqualTo("it is lost");
        record(stopped(1, 0, 0, A));
        assertThat(saved(0)).as("the lost one, reported again").isEmpty();
        record(stopped(2, 0, 0, B));
        assertThat(saved(0)).containsExactly(B);
    }
}
