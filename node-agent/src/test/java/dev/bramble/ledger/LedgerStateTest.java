package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.Setting;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskId;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.roaringbitmap.RoaringBitmap;

class LedgerStateTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final NodeId ONE = new NodeId("one");
    private static final NodeId TWO = new NodeId("two");
    private static final NodeId THREE = new NodeId("three");
    private static final JobId JOB = new JobId(1);
    private static final BlobId BLOB = new BlobId("ab".repeat(32));
    private static final ShippedFile FILE = new ShippedFile("train.py", BLOB, 10, false);

    private final LedgerState state = new LedgerState();
    private Moment now = Moment.FOUNDING;
    private long attempts;

    private LedgerState.Applied apply(Command... commands) {
        return state.apply(new Entry(now, List.of(commands)));
    }

    private void wait(Duration duration) {
        now = now.plus(duration);
    }

    private static Command.SubmitJob submit(long job, SampleJob sample) {
        return new Command.SubmitJob(new JobId(job), sample.spec(), "ada", "key" + job, "body");
    }

    private static Command.AdmitNode admit(NodeId node) {
        return admit(node, node.value(), "key of " + node);
    }

    private static Command.AdmitNode admit(NodeId node, String name, String key) {
        return new Command.AdmitNode(
                NodeRecord.admitted(node, name, NodeRole.AGENT, "serial", key, "root", Moment.FOUNDING));
    }

    private AttemptOutcome outcome(int task, AttemptEnd end) {
        AttemptId attempt = new AttemptId(1, ++attempts);
        return SampleJob.outcome(attempt, new TaskId(JOB, task), job().retryEpoch(), end, "by " + attempt);
    }

    private void record(AttemptOutcome... outcomes) {
        apply(new Command.RecordOutcomes(ONE, List.of(outcomes)));
    }

    private void record(int task, AttemptEnd end) {
        record(outcome(task, end));
    }

    private JobRecord job() {
        return state.job(JOB).orElseThrow();
    }

    private String printed(int task) {
        return new String(((Output.Inline) job().result(task).orElseThrow().stdout()).bytes());
    }

    private static byte[] bytes(LedgerState state) {
        return CODEC.encodeImage(state.image());
    }

    @Test
    void theFirstFoundingStays() {
        apply(new Command.Found(new LedgerId("a"), "home", "pem", Optional.of(Language.OWN)));
        apply(new Command.Found(new LedgerId("b"), "away", "other", Optional.of(Language.OWN)));
        assertThat(state.ledger()).isEqualTo(new LedgerId("a"));
        assertThat(state.brambleName()).isEqualTo("home");
    }

    @Test
    void aKeyIsAdmittedOnceAndAgainOnlyWhenItsNodeWasForgotten() {
        apply(admit(ONE, "pi", "key"), admit(TWO, "pi", "key"));
        assertThat(state.nodes()).containsOnlyKeys(ONE);
        apply(new Command.SetStanding(ONE, NodeStanding.CORDONED, "fan", "root"), admit(ONE, "other", "key"));
        assertThat(state.node(ONE).orElseThrow().standing()).isEqualTo(NodeStanding.CORDONED);
        assertThat(state.node(ONE).orElseThrow().name()).isEqualTo("pi");
        apply(new Command.ForgetNode(ONE, "root"), admit(TWO, "pi", "key"));
        assertThat(state.nodeWithKey("key", NodeRole.AGENT).orElseThrow().node())
                .isEqualTo(TWO);
    }

    @Test
    void anAdoptedNodeLivesOnItsNewBoardAndTheEventSaysSo() {
        apply(admit(ONE, "pi", "key"));
        apply(new Command.AdoptBoard(ONE, "other", "root"), new Command.AdoptBoard(ONE, "other", "root"));
        assertThat(state.node(ONE).orElseThrow().boardSerial()).isEqualTo("other");
        assertThat(state.events().after(0))
                .filteredOn(event -> event.what().kind() == EventKind.NODE_ADOPTED)
                .extracting(event -> event.what().text())
                .containsExactly("pi lives on board other now, no longer on board serial");
        apply(new Command.ForgetNode(ONE, "root"), new Command.AdoptBoard(ONE, "third", "root"));
        assertThat(state.nodes().get(ONE).boardSerial()).isEqualTo("other");
    }

    @Test
    void nodesThatShareANameAreToldApart() {
        apply(admit(ONE, "pi", "one"), admit(TWO, "pi", "two"));
        assertThat(state.nodes().values()).extracting(NodeRecord::name).containsExactlyInAnyOrder("pi", "pi-2");
    }

    @Test
    void aForgottenNodeIsNeitherAdmittedNorSetAgainAndHoldsNothing() {
        apply(admit(ONE), new Command.HoldBlob(BLOB, 10, "ada", List.of(ONE, TWO), now.plus(Duration.ofHours(1))));
        apply(new Command.ForgetNode(ONE, "root"));
        apply(admit(ONE), new Command.SetStanding(ONE, NodeStanding.CORDONED, "", "root"));
        assertThat(state.node(ONE)).isEmpty();
        assertThat(state.nodes().get(ONE).standing()).isEqualTo(NodeStanding.READY);
        assertThat(state.blob(BLOB).orElseThrow().holders()).containsExactly(TWO);
    }

    @Test
    void aCordonSaysWhoWhenAndWhy() {
        apply(admit(ONE));
        wait(Duration.ofMinutes(1));
        apply(new Command.SetStanding(ONE, NodeStanding.CORDONED, "new fan", "ada"));
        NodeRecord node = state.node(ONE).orElseThrow();
        assertThat(node.standing()).isEqualTo(NodeStanding.CORDONED);
        assertThat(List.of(node.standingReason(), node.standingBy(), node.standingSince()))
                .containsExactly("new fan", "ada", now);
    }

    @Test
    void oneKeyIsOneJobForADay() {
        Command.SubmitJob again =
                new Command.SubmitJob(new JobId(2), SampleJob.of(1).spec(), "ada", "key1", "body");
        apply(submit(1, SampleJob.of(1)), again);
        assertThat(state.jobs()).containsOnlyKeys(JOB);
        assertThat(state.submission("ada", "key1").orElseThrow().job()).isEqualTo(JOB);
        assertThat(state.submission("ben", "key1")).isEmpty();
        wait(LedgerState.SUBMISSION_MEMORY);
        apply(new Command.Expire(), again);
        assertThat(state.jobs()).containsOnlyKeys(JOB, new JobId(2));
    }

    @Test
    void aJobNumberIsNeverUsedTwice() {
        apply(submit(1, SampleJob.of(1)), new Command.CancelJob(JOB, "ada", ""), new Command.RemoveJob(JOB, "ada"));
        apply(new Command.SubmitJob(JOB, SampleJob.of(1).spec(), "ada", "", ""));
        assertThat(state.jobs()).isEmpty();
        assertThat(state.nextJob()).isEqualTo(2);
    }

    @Test
    void theFirstSuccessOfATaskIsItsOutcome() {
        apply(submit(1, SampleJob.of(2).attempts(2)));
        record(0, AttemptEnd.SUCCEEDED);
        record(0, AttemptEnd.SUCCEEDED);
        record(0, AttemptEnd.FAILED);
        assertThat(printed(0)).isEqualTo("by 1-1");
        assertThat(job().phase()).isEqualTo(JobPhase.RUNNING);
        record(1, AttemptEnd.SUCCEEDED);
        assertThat(job().phase()).isEqualTo(JobPhase.SUCCEEDED);
        assertThat(state.activeJobs()).isEmpty();
    }

    @Test
    void onlyFailuresAndTimeoutsCostTries() {
        apply(submit(1, SampleJob.of(1).attempts(2)));
        record(0, AttemptEnd.KILLED);
        record(0, AttemptEnd.FAILED);
        record(0, AttemptEnd.KILLED);
        assertThat(job().phase()).isEqualTo(JobPhase.QUEUED);
        record(0, AttemptEnd.TIMED_OUT);
        assertThat(job().phase()).isEqualTo(JobPhase.FAILED);
        assertThat(printed(0)).isEqualTo("by 1-4");
        assertThat(job().history(0)).extracting(AttemptRecord::number).containsExactly(1, 2);
    }

    @Test
    void aFailureReportedTwiceCostsOneTry() {
        apply(submit(1, SampleJob.of(1).attempts(2)));
        AttemptOutcome failure = outcome(0, AttemptEnd.FAILED);
        record(failure);
        assertThat(job().accepts(failure)).isFalse();
        record(failure);
        assertThat(job().phase()).isEqualTo(JobPhase.QUEUED);
        assertThat(job().triesSpent(0)).isEqualTo(1);
    }

    @Test
    void aRetryOpensWhatHasNoSuccessWithAllItsTriesUnderTheNextEpoch() {
        apply(submit(1, SampleJob.of(3).attempts(2)));
        record(0, AttemptEnd.SUCCEEDED);
        record(1, AttemptEnd.FAILED);
        AttemptOutcome late = outcome(2, AttemptEnd.SUCCEEDED);
        apply(new Command.CancelJob(JOB, "ada", "changed my mind"));
        record(2, AttemptEnd.SUCCEEDED);
        assertThat(job().hasOutcome(2)).as("a cancelled job takes no outcome").isFalse();
        apply(new Command.RetryJob(JOB, "ada"));
        assertThat(job().retryEpoch()).isEqualTo(1);
        assertThat(job().open().toArray()).containsExactly(1, 2);
        record(late);
        assertThat(job().hasOutcome(2)).as("of an earlier epoch").isFalse();
        record(1, AttemptEnd.FAILED);
        assertThat(job().hasFailed(1)).as("it has two tries again").isFalse();
        record(1, AttemptEnd.FAILED);
        assertThat(job().hasFailed(1)).isTrue();
    }

    @Test
    void onlyAFailedOrCancelledJobIsTriedAgain() {
        apply(submit(1, SampleJob.of(1)), new Command.RetryJob(JOB, "ada"));
        assertThat(job().retryEpoch()).isZero();
        record(0, AttemptEnd.SUCCEEDED);
        apply(new Command.RetryJob(JOB, "ada"));
        assertThat(job().phase()).isEqualTo(JobPhase.SUCCEEDED);
    }

    @Test
    void threeNodesLostMakePoisonAndOneNodeCountsOnce() {
        apply(submit(1, SampleJob.of(2)));
        RoaringBitmap task = RoaringBitmap.bitmapOf(0);
        for (NodeId node : List.of(ONE, ONE, TWO, TWO)) {
            apply(new Command.RecordLosses(node, JOB, 0, task, "gone"));
        }
        assertThat(job().hasOutcome(0)).isFalse();
        assertThat(job().history(0)).hasSize(2);
        apply(new Command.RecordLosses(THREE, JOB, 1, task, "of another epoch"));
        assertThat(job().hasOutcome(0)).isFalse();
        apply(new Command.RecordLosses(THREE, JOB, 0, task, "gone"));
        assertThat(job().hasFailed(0)).isTrue();
        assertThat(job().result(0).orElseThrow().reason()).startsWith("put aside as poison");
        record(1, AttemptEnd.SUCCEEDED);
        assertThat(job().phase()).isEqualTo(JobPhase.FAILED);
    }

    @Test
    void theReduceComesWhenAllTasksSucceededAndEndsTheJob() {
        apply(submit(1, SampleJob.of(1).reduced()));
        assertThat(job().open().toArray()).containsExactly(0);
        record(0, AttemptEnd.SUCCEEDED);
        assertThat(job().phase()).isEqualTo(JobPhase.REDUCING);
        assertThat(job().open().toArray()).containsExactly(1);
        record(1, AttemptEnd.FAILED);
        assertThat(job().phase()).isEqualTo(JobPhase.FAILED);
        assertThat(job().failedTasks()).as("the reduce is no task").isZero();
        apply(new Command.RetryJob(JOB, "ada"));
        assertThat(job().phase()).isEqualTo(JobPhase.REDUCING);
        record(1, AttemptEnd.SUCCEEDED);
        assertThat(job().phase()).isEqualTo(JobPhase.SUCCEEDED);
    }

    @Test
    void aFinishedJobGoesAfterItsTimeAndItsFilesWithIt() {
        apply(new Command.HoldBlob(BLOB, 10, "ada", List.of(ONE), now.plus(Duration.ofMinutes(1))));
        apply(submit(1, SampleJob.of(1).ships(FILE).kept(Duration.ofHours(2))));
        wait(Duration.ofHours(1));
        record(0, AttemptEnd.SUCCEEDED);
        assertThat(state.nextExpiry()).contains(now.plus(Duration.ofHours(2)));
        wait(Duration.ofHours(2).minusMillis(1));
        assertThat(apply(new Command.Expire()).dropped()).isEmpty();
        wait(Duration.ofMillis(1));
        assertThat(apply(new Command.Expire()).dropped()).containsExactly(BLOB);
        assertThat(state.jobs()).isEmpty();
        assertThat(state.inlineBytes()).isZero();
    }

    @Test
    void aJobThatOthersWaitForIsNotRemoved() {
        apply(
                submit(1, SampleJob.of(1).kept(Duration.ZERO)),
                submit(2, SampleJob.of(1).after(1)));
        record(0, AttemptEnd.SUCCEEDED);
        apply(new Command.RemoveJob(JOB, "ada"), new Command.Expire());
        assertThat(state.job(JOB)).isPresent();
        assertThat(state.nextExpiry())
                .as("it is not due, while another waits for it")
                .hasValueSatisfying(due -> assertThat(now.isBefore(due)).isTrue());
        apply(new Command.CancelJob(new JobId(2), "ada", ""), new Command.RemoveJob(JOB, "ada"));
        assertThat(state.job(JOB)).isEmpty();
    }

    @Test
    void aFileStaysWhileAJobOrAnUploaderNeedsIt() {
        apply(new Command.HoldBlob(BLOB, 10, "ada", List.of(ONE), now.plus(Duration.ofHours(1))));
        apply(submit(1, SampleJob.of(1).ships(FILE)), submit(2, SampleJob.of(1).ships(FILE)));
        wait(Duration.ofHours(2));
        assertThat(apply(new Command.Expire()).dropped()).isEmpty();
        apply(new Command.CancelJob(JOB, "ada", ""), new Command.CancelJob(new JobId(2), "ada", ""));
        assertThat(apply(new Command.RemoveJob(JOB, "ada")).dropped()).isEmpty();
        Set<BlobId> dropped = apply(new Command.RemoveJob(new JobId(2), "ada")).dropped();
        assertThat(dropped).containsExactly(BLOB);
        assertThat(state.blob(BLOB)).isEmpty();
    }

    @Test
    void tokensEndAtTheirTimeOrWhenRevoked() {
        apply(new Command.CreateToken(token("brief", Optional.of(now.plus(Duration.ofMinutes(1))))));
        apply(new Command.CreateToken(token("lasting", Optional.empty())));
        wait(Duration.ofMinutes(1));
        apply(new Command.Expire());
        assertThat(state.tokens()).containsOnlyKeys("lasting");
        apply(new Command.RevokeToken("lasting", "root"));
        assertThat(state.tokens()).isEmpty();
    }

    private static TokenRecord token(String id, Optional<Moment> expires) {
        return new TokenRecord(
                id, "hash", "ada", TokenPurpose.API, Optional.of(UserRole.SUBMITTER), expires, "root", Moment.FOUNDING);
    }

    @Test
    void timeNeverGoesBack() {
        wait(Duration.ofHours(1));
        apply(new Command.Expire());
        state.apply(new Entry(Moment.FOUNDING, List.of()));
        assertThat(state.now()).isEqualTo(now);
    }

    @Test
    void theAuditTrailIsARing() {
        apply(admit(ONE));
        for (int i = 0; i < (int) Setting.AUDIT_RECORDS_MAX.standard(); i++) {
            apply(new Command.SetStanding(ONE, NodeStanding.CORDONED, "reason " + i, "ada"));
        }
        assertThat(state.auditTrail().all()).hasSize((int) Setting.AUDIT_RECORDS_MAX.standard());
    }

    @Test
    void aStateReadFromItsSnapshotIsTheSame() {
        everything().forEach(this::apply);
        LedgerState copy = LedgerState.of(CODEC.decodeImage(bytes(state)));
        assertThat(bytes(copy)).isEqualTo(bytes(state));
        assertThat(copy.inlineBytes()).isEqualTo(state.inlineBytes()).isPositive();
        apply(new Command.RetryJob(new JobId(2), "ada"));
        copy.apply(new Entry(now, List.of(new Command.RetryJob(new JobId(2), "ada"))));
        assertThat(bytes(copy)).as("and goes on alike").isEqualTo(bytes(state));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void aCommandAppliedTwiceChangesNothingMore(Command command) {
        everything().takeWhile(earlier -> !earlier.equals(command)).forEach(this::apply);
        apply(command);
        byte[] once = bytes(state);
        apply(command);
        assertThat(bytes(state)).isEqualTo(once);
    }

    /** Every kind of command, each of which changes the state that those before it made. */
    private static Stream<Command> everything() {
        TaskId failing = new TaskId(new JobId(2), 0);
        return Stream.of(
                new Command.Found(new LedgerId("a"), "home", "pem", Optional.of(Language.OWN)),
                admit(ONE),
                admit(TWO),
                new Command.CreateToken(token("tok1", Optional.empty())),
                new Command.CreateToken(token("tok2", Optional.of(new Moment(5)))),
                new Command.HoldBlob(BLOB, 10, "ada", List.of(ONE), new Moment(60_000)),
                submit(1, SampleJob.of(5).ships(FILE).attempts(2)),
                submit(2, SampleJob.of(2)),
                new Command.RecordOutcomes(
                        ONE,
                        List.of(
                                SampleJob.outcome(
                                        new AttemptId(1, 1), new TaskId(JOB, 3), 0, AttemptEnd.SUCCEEDED, "won"),
                                SampleJob.outcome(
                                        new AttemptId(1, 2), new TaskId(JOB, 0), 0, AttemptEnd.FAILED, "lost"))),
                new Command.RecordOutcomes(
                        TWO, List.of(SampleJob.outcome(new AttemptId(1, 3), failing, 0, AttemptEnd.FAILED, "no"))),
                new Command.RecordLosses(TWO, JOB, 0, RoaringBitmap.bitmapOf(1, 2), "gone"),
                new Command.SetStanding(TWO, NodeStanding.CORDONED, "hot", "ada"),
                new Command.MapCalendar(1_700_000_000_000L, Optional.empty()),
                new Command.CancelJob(new JobId(2), "ada", "enough"),
                new Command.RetryJob(new JobId(2), "ada"),
                new Command.CancelJob(new JobId(2), "ada", "enough again"),
                new Command.RevokeToken("tok1", "root"),
                new Command.ForgetNode(TWO, "root"),
                submit(3, SampleJob.of(1)),
                new Command.CancelJob(new JobId(3), "ada", "not needed"),
                new Command.RemoveJob(new JobId(3), "ada"),
                new Command.Expire());
    }

    @Test
    void commandsThatFitNothingChangeNothing() {
        byte[] empty = bytes(state);
        apply(
                new Command.ForgetNode(ONE, "root"),
                new Command.SetStanding(ONE, NodeStanding.CORDONED, "", "root"),
                new Command.RecordOutcomes(
                        ONE,
                        List.of(SampleJob.outcome(
                                new AttemptId(1, 1), new TaskId(JOB, 0), 0, AttemptEnd.SUCCEEDED, ""))),
                new Command.RecordLosses(ONE, JOB, 0, RoaringBitmap.bitmapOf(0), ""),
                new Command.CancelJob(JOB, "ada", ""),
                new Command.RetryJob(JOB, "ada"),
                new Command.RemoveJob(JOB, "ada"),
                new Command.RevokeToken("none", "root"),
                new Command.Expire());
        assertThat(bytes(state)).isEqualTo(empty);
    }

    @Test
    void anOutcomeBeyondTheJobChangesNothing() {
        apply(submit(1, SampleJob.of(1)));
        record(1, AttemptEnd.SUCCEEDED);
        record(7, AttemptEnd.SUCCEEDED);
        assertThat(job().phase()).isEqualTo(JobPhase.QUEUED);
    }
}
