package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.LedgerState;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.IntIterator;

class JobQueueTest {
    private static final JobId JOB = new JobId(1);

    private final LedgerState state = new LedgerState();
    private long attempts;

    private JobQueue queue(SampleJob sample) {
        apply(new Command.SubmitJob(JOB, sample.spec(), "ada", "", ""));
        return new JobQueue(state.job(JOB).orElseThrow());
    }

    private void apply(Command command) {
        state.apply(new Entry(Moment.FOUNDING, List.of(command)));
    }

    private void succeed(int task) {
        apply(new Command.RecordOutcomes(
                new NodeId("a"),
                List.of(SampleJob.outcome(
                        new AttemptId(1, ++attempts), new TaskId(JOB, task), 0, AttemptEnd.SUCCEEDED, ""))));
    }

    private static List<Integer> supply(JobQueue queue) {
        List<Integer> tasks = new ArrayList<>();
        IntIterator supply = queue.supply();
        while (supply.hasNext()) {
            tasks.add(supply.next());
        }
        return tasks;
    }

    @Test
    void tasksGoOutByIndexAndThoseGivenBackFirst() {
        JobQueue queue = queue(SampleJob.of(5));
        queue.take(0);
        queue.take(1);
        queue.take(2);
        assertThat(supply(queue)).containsExactly(3, 4);
        queue.giveBack(1, false);
        queue.giveBack(2, false);
        assertThat(supply(queue)).containsExactly(2, 1, 3, 4);
        queue.take(2);
        assertThat(supply(queue)).containsExactly(1, 3, 4);
        assertThat(queue.held()).isEqualTo(2);
    }

    @Test
    void readingTheSupplyTakesNothing() {
        JobQueue queue = queue(SampleJob.of(3));
        assertThat(supply(queue)).isEqualTo(supply(queue)).containsExactly(0, 1, 2);
    }

    @Test
    void aTaskThatAnotherNodeHoldsIsNotGivenBack() {
        JobQueue queue = queue(SampleJob.of(1));
        queue.take(0);
        queue.takeAgain(0);
        queue.giveBack(0, true);
        assertThat(supply(queue)).isEmpty();
        queue.giveBack(0, false);
        assertThat(supply(queue)).containsExactly(0);
        assertThat(queue.held()).isZero();
    }

    @Test
    void aTaskWithAnOutcomeNeverReturns() {
        JobQueue queue = queue(SampleJob.of(2));
        queue.take(0);
        succeed(0);
        queue.giveBack(0, false);
        queue.reopen(0);
        assertThat(supply(queue)).containsExactly(1);
        succeed(1);
        assertThat(supply(queue)).isEmpty();
    }

    @Test
    void aNewLeaderStartsFromWhatIsRecorded() {
        queue(SampleJob.of(4));
        succeed(0);
        succeed(2);
        assertThat(supply(new JobQueue(state.job(JOB).orElseThrow()))).containsExactly(1, 3);
    }

    @Test
    void theReduceIsSuppliedAloneAndOnlyInItsTurn() {
        JobQueue queue = queue(SampleJob.of(1).reduced());
        assertThat(supply(queue)).containsExactly(0);
        queue.take(0);
        succeed(0);
        queue.settle(0);
        assertThat(supply(queue)).containsExactly(1);
        queue.take(1);
        assertThat(supply(queue)).isEmpty();
    }

    @Test
    void aRetriedJobNeedsANewQueue() {
        JobQueue queue = queue(SampleJob.of(1));
        apply(new Command.CancelJob(JOB, "ada", ""));
        apply(new Command.RetryJob(JOB, "ada"));
        assertThat(queue.isCurrent()).isFalse();
    }

    @Test
    void theMeanFollowsTheNewestTasks() {
        JobQueue queue = queue(SampleJob.of(1));
        assertThat(queue.taskSeconds()).isEmpty();
        queue.noteEnded(0, 1);
        assertThat(queue.taskSeconds()).hasValue(1);
        for (int i = 0; i < 40; i++) {
            queue.noteEnded(i, 5);
        }
        assertThat(queue.taskSeconds().orElseThrow()).isBetween(4.9, 5.0);
    }

    @Test
    void theRateIsOverTenSeconds() {
        JobQueue queue = queue(SampleJob.of(1));
        for (int millis = 0; millis < 20_000; millis += 10) {
            queue.noteEnded(millis, 0.01);
        }
        assertThat(queue.tasksPerSecond(20_000)).isBetween(95.0, 105.0);
        assertThat(queue.tasksPerSecond(40_000)).isZero();
    }
}
