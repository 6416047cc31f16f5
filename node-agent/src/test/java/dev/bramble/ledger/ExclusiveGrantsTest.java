package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of a task of an exclusive job only the attempt counts that was granted last. */
class ExclusiveGrantsTest {
    private static final NodeId ONE = new NodeId("one");
    private static final NodeId TWO = new NodeId("two");
    private static final JobId JOB = new JobId(1);

    private LedgerState state = new LedgerState();

    @BeforeEach
    void submit() {
        apply(new Command.SubmitJob(JOB, SampleJob.of(2).attempts(2).exclusive().spec(), "ada", "key", "body"));
    }

    private void apply(Command command) {
        state.apply(new Entry(Moment.FOUNDING, List.of(command)));
    }

    private void grant(long attempt, NodeId node, int epoch) {
        apply(new Command.GrantExclusive(new TaskId(JOB, 0), epoch, new AttemptId(1, attempt), node, node + "-1"));
    }

    private void record(long attempt, NodeId node, AttemptEnd end) {
        apply(new Command.RecordOutcomes(
                node,
                List.of(SampleJob.outcome(
                        new AttemptId(1, attempt), new TaskId(JOB, 0), 0, end, Output.Inline.EMPTY))));
    }

    private JobRecord job() {
        return state.job(JOB).orElseThrow();
    }

    @Test
    void anOutcomeOfAnAttemptThatWasNeverGrantedChangesNothing() {
        record(1, ONE, AttemptEnd.SUCCEEDED);
        assertThat(job().hasOutcome(0)).isFalse();
    }

    @Test
    void anEarlierAttemptIsNotAcceptedAndTheLastIs() {
        grant(1, ONE, 0);
        grant(2, TWO, 0);
        record(1, ONE, AttemptEnd.SUCCEEDED);
        record(1, ONE, AttemptEnd.FAILED);
        assertThat(job().hasOutcome(0)).isFalse();
        assertThat(job().triesSpent(0)).isZero();
        record(2, TWO, AttemptEnd.SUCCEEDED);
        assertThat(job().result(0).orElseThrow().node()).isEqualTo(TWO);
    }

    @Test
    void aGrantThatComesLateTakesNobodysPlace() {
        grant(2, TWO, 0);
        grant(1, ONE, 0);
        assertThat(job().exclusiveGrants().get(0).node()).isEqualTo(TWO);
    }

    @Test
    void whatHasEndedIsWaitedForByNobody() {
        grant(1, ONE, 0);
        record(1, ONE, AttemptEnd.FAILED);
        assertThat(job().exclusiveGrants()).isEmpty();
        record(1, ONE, AttemptEnd.FAILED);
        assertThat(job().triesSpent(0))
                .as("and its report that comes twice costs one try")
                .isEqualTo(1);
    }

    @Test
    void aGrantOutlivesACancellationARetryAndASnapshot() {
        grant(1, ONE, 0);
        apply(new Command.CancelJob(JOB, "ada", "enough"));
        apply(new Command.RetryJob(JOB, "ada"));
        CborCodec codec = new CborCodec();
        state = LedgerState.of(codec.decodeImage(codec.encodeImage(state.image())));
        assertThat(job().phase()).isEqualTo(JobPhase.QUEUED);
        assertThat(job().exclusiveGrants().get(0)).isEqualTo(new ExclusiveGrant(new AttemptId(1, 1), 0, ONE, "one-1"));
        record(1, ONE, AttemptEnd.SUCCEEDED);
        assertThat(job().hasOutcome(0)).as("it is of an earlier epoch").isFalse();
    }

    @Test
    void nothingIsGrantedThatHasItsOutcomeOrIsOver() {
        grant(1, ONE, 0);
        record(1, ONE, AttemptEnd.SUCCEEDED);
        grant(2, TWO, 0);
        grant(3, TWO, 1);
        assertThat(job().exclusiveGrants()).isEmpty();
    }
}
