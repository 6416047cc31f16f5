package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.Toll;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class AnnalsTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final NodeId ONE = new NodeId("one");
    private static final JobId JOB = new JobId(1);
    private LedgerState state = new LedgerState();
    private Moment now = Moment.FOUNDING;
    private long attempts;

    private void apply(Command... commands) {
        state.apply(new Entry(now, List.of(commands)));
    }

    private void admit(NodeId node, String name) {
        apply(new Command.AdmitNode(
                NodeRecord.admitted(node, name, NodeRole.AGENT, "serial", "key of " + node, "root", Moment.FOUNDING)));
    }

    private void submit(SampleJob job) {
        apply(new Command.SubmitJob(JOB, job.spec(), "ada", "", ""));
    }

    private AttemptOutcome outcome(int task, AttemptEnd end) {
        AttemptId attempt = new AttemptId(1, ++attempts);
        return SampleJob.outcome(attempt, new TaskId(JOB, task), 0, end, "printed secret");
    }

    private void record(AttemptOutcome... outcomes) {
        apply(new Command.RecordOutcomes(ONE, Arrays.asList(outcomes)));
    }

    private List<Happening> events(EventKind kind) {
        return state.events().after(0).stream()
                .map(EventRecord::what)
                .filter(what -> what.kind() == kind)
                .toList();
    }

    private String text(EventKind kind) {
        assertThat(events(kind)).as("events of kind %s", kind).hasSize(1);
        return events(kind).getFirst().text();
    }

    @Test
    void aNodesLifeIsToldOnceForEachChange() {
        admit(ONE, "pi01");
        admit(ONE, "pi01");
        apply(new Command.SetStanding(ONE, NodeStanding.CORDONED, "a new fan", "ben"));
        apply(new Command.SetStanding(ONE, NodeStanding.CORDONED, "a new fan", "ben"));
        apply(new Command.SetStanding(ONE, NodeStanding.READY, "", "ben"));
        apply(new Command.ForgetNode(ONE, "ben"), new Command.ForgetNode(ONE, "ben"));
        assertThat(text(EventKind.NODE_ADMITTED)).isEqualTo("pi01 was let in");
        assertThat(text(EventKind.NODE_CORDONED)).isEqualTo("cordoned pi01: a new fan");
        assertThat(text(EventKind.NODE_UNCORDONED)).isEqualTo("let pi01 take work again");
        assertThat(text(EventKind.NODE_FORGOTTEN)).startsWith("pi01 was forgotten");
        assertThat(events(EventKind.NODE_CORDONED).getFirst().by()).isEqualTo("ben");
        assertThat(events(EventKind.NODE_CORDONED).getFirst().node()).contains(ONE);
    }

    @Test
    void aJobsLifeIsTold() {
        submit(SampleJob.of(2).attempts(1));
        record(outcome(0, AttemptEnd.SUCCEEDED), outcome(1, AttemptEnd.FAILED));
        assertThat(text(EventKind.JOB_SUBMITTED)).isEqualTo("job 1 (sample) was submitted: 2 tasks");
        assertThat(text(EventKind.JOB_FAILED)).isEqualTo("job 1 (sample) failed: 1 of 2 tasks failed");
        apply(new Command.RetryJob(JOB, "ada"));
        assertThat(text(EventKind.JOB_RETRIED)).isEqualTo("job 1 (sample) is tried again: 1 task to go");
        apply(new Command.CancelJob(JOB, "ben", "enough"), new Command.CancelJob(JOB, "ben", "enough"));
        assertThat(text(EventKind.JOB_CANCELLED)).isEqualTo("job 1 (sample) was cancelled: enough");
        apply(new Command.RemoveJob(JOB, "ada"));
        assertThat(text(EventKind.JOB_REMOVED)).startsWith("job 1 (sample) was removed");
    }

    @Test
    void aJobThatSucceedsIsToldOnceAndWithoutWhatItPrinted() {
        submit(SampleJob.of(1));
        record(outcome(0, AttemptEnd.SUCCEEDED), outcome(0, AttemptEnd.SUCCEEDED));
        assertThat(text(EventKind.JOB_SUCCEEDED)).isEqualTo("job 1 (sample) succeeded: 1 task");
        assertThat(state.events().after(0))
                .noneMatch(event -> event.what().text().contains("secret"));
    }

    @Test
    void aSnapshotTellsNothingAnew() {
        submit(SampleJob.of(1).attempts(1));
        record(outcome(0, AttemptEnd.FAILED));
        long last = state.events().last();
        state = LedgerState.of(CODEC.decodeImage(CODEC.encodeImage(state.image())));
        assertThat(state.events().last()).isEqualTo(last);
    }

    @Test
    void tasksThatFailByOneCommandAreOneEvent() {
        admit(ONE, "pi01");
        submit(SampleJob.of(100).attempts(2));
        AttemptOutcome[] failures = IntStream.range(12, 49)
                .mapToObj(task -> outcome(task, AttemptEnd.FAILED))
                .toArray(AttemptOutcome[]::new);
        record(failures);
        assertThat(text(EventKind.TASK_FAILED))
                .isEqualTo("37 tasks of job 1 failed; the first is task 12 on pi01: exit code 1");
        record(outcome(12, AttemptEnd.FAILED));
        assertThat(events(EventKind.TASK_FAILED).getLast().text())
                .isEqualTo("task 12 of job 1 failed for good on pi01: exit code 1");
    }

    @Test
    void linesThatFailAreOneEvent() {
        submit(SampleJob.of(10).filter().attempts(1));
        BatchOutcome.Blame crash = new BatchOutcome.Blame(AttemptEnd.FAILED, 3, "it ended with exit code 3");
        apply(new Command.RecordBatches(
                ONE,
                List.of(new BatchOutcome(
                        new AttemptId(1, 1),
                        JOB,
                        new TaskRange(0, 10),
                        0,
                        new RoaringBitmap(),
                        Output.Inline.EMPTY,
                        List.of(),
                        Optional.of(crash),
                        "",
                        Output.Inline.EMPTY,
                        5))));
        assertThat(text(EventKind.TASK_FAILED))
                .isEqualTo("10 tasks of job 1 failed, 10 of them for good; the first is task 0 on one: it ended with"
                        + " exit code 3");
    }

    @Test
    void aMillionFailuresLeaveRoomForEverythingElse() {
        submit(SampleJob.of(5_000).attempts(1));
        for (int task = 0; task < 5_000; task++) {
            record(outcome(task, AttemptEnd.FAILED));
        }
        assertThat(events(EventKind.TASK_FAILED)).hasSize(EventRing.TASK_EVENTS_PER_JOB_MAX);
        assertThat(events(EventKind.TASK_FAILED).getLast().text()).endsWith("are not told here)");
        assertThat(events(EventKind.JOB_SUBMITTED)).hasSize(1);
        assertThat(events(EventKind.JOB_FAILED)).hasSize(1);
        LedgerState copy = LedgerState.of(CODEC.decodeImage(CODEC.encodeImage(state.image())));
        for (LedgerState each : List.of(state, copy)) {
            each.apply(new Entry(now, List.of(new Command.RetryJob(JOB, "ada"))));
            AttemptOutcome again = SampleJob.outcome(new AttemptId(9, 9), new TaskId(JOB, 0), 1, AttemptEnd.FAILED, "");
            each.apply(new Entry(now, List.of(new Command.RecordOutcomes(ONE, List.of(again)))));
        }
        assertThat(copy.events().last())
                .as("what was restored counts as what was applied")
                .isEqualTo(state.events().last());
    }

    @Test
    void aLostExclusiveTaskIsToldToWaitForTheEndOfItsLease() {
        submit(SampleJob.of(9).exclusive());
        admit(ONE, "pi03");
        apply(new Command.RecordLosses(ONE, JOB, 0, RoaringBitmap.bitmapOf(4), "it was silent for 4.5 s"));
        assertThat(text(EventKind.TASKS_LOST))
                .isEqualTo("task 4 of job 1 ran on pi03 and starts elsewhere once its lease there is surely over:"
                        + " it was silent for 4.5 s");
    }

    @Test
    void whatWasLostIsToldWithTheWorkThatIsToBeDoneAgain() {
        submit(SampleJob.of(9));
        admit(ONE, "pi03");
        apply(new Command.RecordLosses(
                ONE, JOB, 0, RoaringBitmap.bitmapOf(4, 5), "it was silent for 4.5 s", Optional.of(38_000L)));
        record(outcome(6, AttemptEnd.FAILED), outcome(7, AttemptEnd.FAILED));
        assertThat(events(EventKind.TASKS_LOST))
                .extracting(Happening::toll)
                .containsExactly(Optional.of(new Toll(2, 38_000)));
        assertThat(events(EventKind.TASK_FAILED))
                .extracting(Happening::toll)
                .containsExactly(Optional.of(new Toll(2, 200)));
    }

    @Test
    void lossesAreToldAndTheThirdNodesIsPoisonWithItsEvidence() {
        submit(SampleJob.of(9));
        for (String name : List.of("pi01", "pi02", "pi03")) {
            admit(new NodeId("n-" + name), name);
            now = now.plus(Duration.ofSeconds(20));
            apply(new Command.RecordLosses(
                    new NodeId("n-" + name), JOB, 0, RoaringBitmap.bitmapOf(4), "it was silent for 4.5 s"));
        }
        assertThat(events(EventKind.TASKS_LOST))
                .extracting(Happening::text)
                .containsExactly(
                        "task 4 of job 1 ran on pi01 and starts elsewhere: it was silent for 4.5 s",
                        "task 4 of job 1 ran on pi02 and starts elsewhere: it was silent for 4.5 s");
        String evidence = "put aside as poison: 3 nodes were lost while they ran it: pi01 40 s before (it was silent"
                + " for 4.5 s); pi02 20 s before (it was silent for 4.5 s); pi03 (it was silent for 4.5 s)";
        assertThat(text(EventKind.TASK_POISON)).isEqualTo("task 4 of job 1 is " + evidence);
        assertThat(state.job(JOB).orElseThrow().result(4).orElseThrow().reason())
                .isEqualTo(evidence);
    }

    @Test
    void settingsAndTokensAreToldWithoutSecrets() {
        apply(new Command.ChangeSetting("blobs.heal-after", 60_000, "root"));
        apply(new Command.ChangeSetting("blobs.heal-after", 60_000, "root"));
        assertThat(text(EventKind.SETTING_CHANGED)).isEqualTo("blobs.heal-after was set to 60 s; it was 30 s");
        TokenRecord token = new TokenRecord(
                "t1", "hash", "ben", TokenPurpose.API, Optional.of(UserRole.VIEWER), Optional.empty(), "root", now);
        apply(new Command.CreateToken(token), new Command.CreateToken(token));
        assertThat(text(EventKind.TOKEN_CREATED)).isEqualTo("API token t1 was made for ben");
        apply(new Command.RevokeToken("t1", "root"), new Command.RevokeToken("t1", "root"));
        assertThat(text(EventKind.TOKEN_REVOKED)).isEqualTo("API token t1 was revoked");
    }
}
