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
import dev.bramble.model.TaskRange;
import dev.bramble.scheduler.TaskSupply;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    private static TaskRange one(int task) {
        return new TaskRange(task, 1);
    }

    private static List<Integer> supply(JobQueue queue) {
        List<Integer> tasks = new ArrayList<>();
        TaskSupply supply = queue.supply();
        while (supply.hasNext()) {
            tasks.add(supply.next(1).from());
        }
        return tasks;
    }

    @Test
    void tasksGoOutByIndexAndThoseGivenBackFirst() {
        JobQueue queue = queue(SampleJob.of(5));
        queue.take(one(0));
        queue.take(one(1));
        queue.take(one(2));
        assertThat(supply(queue)).containsExactly(3, 4);
        queue.giveBack(one(1));
        queue.giveBack(one(2));
        assertThat(supply(queue)).containsExactly(2, 1, 3, 4);
        queue.take(one(2));
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
        queue.take(one(0));
        queue.take(one(0));
        queue.giveBack(one(0));
        assertThat(supply(queue)).isEmpty();
        queue.giveBack(one(0));
        assertThat(supply(queue)).containsExactly(0);
        assertThat(queue.held()).isZero();
    }

    @Test
    void aTaskWithAnOutcomeNeverReturns() {
        JobQueue queue = queue(SampleJob.of(2));
        queue.take(one(0));
        succeed(0);
        queue.giveBack(one(0));
        queue.reopen(one(0));
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
        queue.take(one(0));
        succeed(0);
        queue.settle(one(0));
        assertThat(supply(queue)).containsExactly(1);
        queue.take(one(1));
        assertThat(supply(queue)).isEmpty();
    }

    @Test
    void aRetriedJobNeedsANewQueue() {
        JobQueue queue = queue(SampleJob.of(1));
        apply(new Command.CancelJob(JOB, "ada", ""));
        apply(new Command.RetryJob(JOB, "ada"));
        assertThat(queue.isCurrent()).isFalse();
    }

    /** As ranges, {@code most} tasks each. */
    private static List<TaskRange> supply(JobQueue queue, int most) {
        List<TaskRange> ranges = new ArrayList<>();
        TaskSupply supply = queue.supply();
        while (supply.hasNext()) {
            ranges.add(supply.next(most));
        }
        return ranges;
    }

    @Test
    void batchesAreNeighboursThatAreFree() {
        JobQueue queue = queue(SampleJob.of(20).filter());
        succeed(7);
        queue.take(new TaskRange(10, 3));
        assertThat(supply(queue, 5))
                .containsExactly(
                        new TaskRange(0, 5),
                        new TaskRange(5, 2),
                        new TaskRange(8, 2),
                        new TaskRange(13, 5),
                        new TaskRange(18, 2));
    }

    @Test
    void whatABatchLeftGoesFirst() {
        JobQueue queue = queue(SampleJob.of(20).filter());
        queue.take(new TaskRange(0, 10));
        succeed(0);
        succeed(1);
        succeed(5);
        queue.giveBack(new TaskRange(0, 10));
        assertThat(supply(queue, 100)).containsExactly(new TaskRange(2, 3), new TaskRange(6, 4), new TaskRange(10, 10));
    }

    @Test
    void aBatchLostWithItsNodeReturnsInPieces() {
        JobQueue queue = queue(SampleJob.of(200).filter());
        queue.take(new TaskRange(0, 64));
        queue.giveBackLost(new TaskRange(0, 64));
        assertThat(supply(queue, 100).getFirst()).isEqualTo(new TaskRange(0, 64 / JobQueue.LOST_PARTS));
        queue.take(new TaskRange(0, 4));
        queue.giveBackLost(new TaskRange(0, 4));
        assertThat(supply(queue, 100).getFirst()).isEqualTo(new TaskRange(0, 1));
    }

    @Test
    void ofABatchHeldTwiceOnlyWhatNobodyHoldsReturns() {
        JobQueue queue = queue(SampleJob.of(10).filter());
        queue.take(new TaskRange(0, 6));
        queue.take(new TaskRange(4, 6));
        queue.giveBack(new TaskRange(0, 6));
        assertThat(supply(queue, 100)).containsExactly(new TaskRange(0, 4));
        assertThat(queue.isHeld(new TaskRange(0, 4))).isFalse();
        assertThat(queue.isHeld(new TaskRange(0, 5))).isTrue();
    }

    @Test
    void tasksWhoseOutcomeIsBeingRecordedWaitForIt() {
        JobQueue queue = queue(SampleJob.of(10).filter());
        queue.take(new TaskRange(0, 10));
        queue.settle(new TaskRange(0, 10));
        assertThat(supply(queue, 100)).isEmpty();
        assertThat(queue.isHeld(new TaskRange(0, 10))).isFalse();
        succeed(3);
        queue.reopen(new TaskRange(0, 10));
        assertThat(supply(queue, 100)).containsExactly(new TaskRange(0, 3), new TaskRange(4, 6));
    }

    @Test
    void batchesGrowWithMeasuredSpeedAndShrinkNearTheEnd() {
        JobQueue queue = queue(SampleJob.of(1_000_000).filter());
        assertThat(queue.batchTasks(4)).isEqualTo(JobQueue.FIRST_BATCH_TASKS);
        queue.noteEnded(0, 16, 1e-6);
        assertThat(queue.batchTasks(4)).isEqualTo(16 * JobQueue.BATCH_GROWTH);
        queue.noteEnded(0, 65_536, 1e-6);
        assertThat(queue.batchTasks(4)).isEqualTo(TaskRange.COUNT_MAX);
        assertThat(queue.batchTasks(100)).isEqualTo(5000);
        JobQueue slow = queue(SampleJob.of(100).filter());
        slow.noteEnded(0, 16, 1);
        assertThat(slow.batchTasks(4)).isOne();
    }

    @Test
    void commandsAreGrantedOneByOne() {
        JobQueue queue = queue(SampleJob.of(100));
        queue.noteEnded(0, 1, 1e-6);
        assertThat(queue.batchTasks(4)).isOne();
    }

    @Test
    void theMeanFollowsTheNewestTasks() {
        JobQueue queue = queue(SampleJob.of(1));
        assertThat(queue.taskSeconds()).isEmpty();
        queue.noteEnded(0, 1, 1);
        assertThat(queue.taskSeconds()).hasValue(1);
        for (int i = 0; i < 40; i++) {
            queue.noteEnded(i, 1, 5);
        }
        assertThat(queue.taskSeconds().orElseThrow()).isBetween(4.9, 5.0);
    }

    @Test
    void theRateIsOverTenSeconds() {
        JobQueue queue = queue(SampleJob.of(1));
        for (int millis = 0; millis < 20_000; millis += 10) {
            queue.noteEnded(millis, 1, 0.01);
        }
        assertThat(queue.tasksPerSecond(20_000)).isBetween(95.0, 105.0);
        assertThat(queue.tasksPerSecond(40_000)).isZero();
    }
}
