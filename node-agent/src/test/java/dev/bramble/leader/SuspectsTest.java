package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Departure;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.EventRecord;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import dev.bramble.scheduler.Places;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class SuspectsTest {
    private static final Departure CRASH = Departure.closed(Duration.ofMillis(600));
    /** A node that has said nothing for longer gets nothing. */
    private static final Duration REPORTS = Duration.ofSeconds(5);

    private final LeaderBench bench = new LeaderBench();

    /** One task that fills a node. */
    private JobId submit() {
        return bench.submit(SampleJob.of(1).needs(2000, 0));
    }

    private WorkOrder running(String node) {
        WorkOrder order = bench.orders(node).getLast();
        bench.report(node, List.of(LeaderBench.running(order)));
        return order;
    }

    private void lost(JobId job, int task, String... nodes) {
        Stream.of(nodes)
                .forEach(node -> bench.append(new Command.RecordLosses(
                        new NodeId(node), job, 0, RoaringBitmap.bitmapOf(task), "it was lost")));
    }

    private void pass(Duration duration, Runnable reports) {
        for (Duration left = duration; left.isPositive(); left = left.minus(REPORTS)) {
            bench.pass(REPORTS);
            reports.run();
        }
    }

    /** A task took down a, which is back and idle; the other node is busy. */
    private WorkOrder busyElsewhere() {
        bench.ready("a");
        submit();
        running("a");
        bench.ready("b");
        submit();
        WorkOrder onB = running("b");
        bench.leave("a", CRASH);
        bench.join("a", 2);
        bench.report("a");
        return onB;
    }

    @Test
    void aTaskDoesNotGoBackToTheNodeThatItTookDownWhileAnotherMayHaveIt() {
        WorkOrder onB = busyElsewhere();
        pass(Duration.ofMinutes(2), () -> {
            bench.report("a");
            bench.report("b", List.of(LeaderBench.running(onB)));
        });
        assertThat(bench.orders("a")).hasSize(1);
        bench.report("b", List.of(), LeaderBench.ended(onB, AttemptEnd.SUCCEEDED));
        assertThat(bench.orders("b").getLast().task().job()).isEqualTo(new JobId(1));
    }

    @Test
    void afterALongWhileItGoesBackRatherThanLeaveANodeIdle() {
        WorkOrder onB = busyElsewhere();
        pass(Suspects.BUSY_WAIT.plus(REPORTS), () -> {
            if (bench.orders("a").size() == 1) {
                bench.report("a");
            }
            bench.report("b", List.of(LeaderBench.running(onB)));
        });
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void onItsLastChanceItWaitsForHoweverLong() {
        WorkOrder onB = busyElsewhere();
        lost(new JobId(1), 0, "x");
        pass(Suspects.BUSY_WAIT.plus(REPORTS), () -> {
            bench.report("a");
            bench.report("b", List.of(LeaderBench.running(onB)));
        });
        assertThat(bench.orders("a")).hasSize(1);
    }

    @Test
    void whereNoOtherNodeIsItGoesBackAtOnce() {
        bench.ready("a");
        submit();
        running("a");
        bench.leave("a", CRASH);
        bench.join("a", 2);
        bench.report("a");
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void aNodeThatIsAwayIsWaitedForAShortWhile() {
        bench.ready("a", "b");
        submit();
        running("a");
        bench.leave("b");
        bench.leave("a", CRASH);
        bench.join("a", 2);
        pass(Duration.ofSeconds(50), () -> bench.report("a"));
        assertThat(bench.orders("a")).hasSize(1);
        pass(Suspects.AWAY_WAIT, () -> {
            if (bench.orders("a").size() == 1) {
                bench.report("a");
            }
        });
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void whileTheThirdLossIsBeingRecordedTheTaskGoesToNoFourthNode() {
        bench.ready("c");
        JobId job = submit();
        running("c");
        lost(job, 0, "a", "b");
        bench.ready("d");
        bench.leave("c", CRASH);
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.FAILED);
        assertThat(bench.orders("d")).isEmpty();
    }

    @Test
    void whileTheCauseOfTheThirdLossIsNotPlainTheTaskGoesToNoFourthNode() {
        bench.ready("c");
        JobId job = submit();
        running("c");
        lost(job, 0, "a", "b");
        bench.ready("d", "e");
        bench.leave("c", Departure.silent(Duration.ofSeconds(5)));
        bench.pass(Vanishing.WINDOW.minusSeconds(1));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.QUEUED);
        bench.pass(Duration.ofSeconds(3));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.FAILED);
        assertThat(bench.orders("d")).isEmpty();
        assertThat(bench.orders("e")).isEmpty();
    }

    @Test
    void tasksOnTheirLastChanceAreNotTogetherOnANode() {
        JobId job = bench.submit(SampleJob.of(2).needs(500, 0));
        lost(job, 0, "x", "y");
        lost(job, 1, "x", "y");
        bench.ready("a");
        assertThat(bench.orders("a")).hasSize(1);
        WorkOrder first = running("a");
        bench.pass(REPORTS);
        running("a");
        assertThat(bench.orders("a")).hasSize(1);
        bench.report("a", List.of(), LeaderBench.ended(first, AttemptEnd.SUCCEEDED));
        assertThat(bench.orders("a")).hasSize(2);
    }

    /** A task that was lost with a, and of which later tries have pushed that out of the history. */
    private JobId lostLongAgo() {
        bench.ready("b");
        JobId job = bench.submit(SampleJob.of(1).needs(2000, 0).attempts(40));
        lost(job, 0, "a");
        while (bench.job(job).history(0).stream()
                .anyMatch(attempt -> attempt.end().isEmpty())) {
            WorkOrder order = running("b");
            bench.report("b", List.of(), LeaderBench.ended(order, AttemptEnd.FAILED));
        }
        bench.report("b", List.of(), LeaderBench.ended(running("b"), AttemptEnd.FAILED));
        return job;
    }

    @Test
    void aTaskOfWhichNobodyKnowsWhenItWasLostWaitsForNothing() {
        JobId job = lostLongAgo();
        assertThat(bench.leader
                        .suspects()
                        .of(bench.job(job), 0, bench.leader.planning().offers())
                        .barred())
                .isEmpty();
    }

    private String waitingBecause(JobId job) {
        JobQueue queue = bench.leader.queues().get(job);
        return bench.leader
                .planning()
                .waitingBecause(queue, new Places(bench.leader.planning().offers()));
    }

    @Test
    void aTaskThatMayNotGoBackToAnIdleNodeSaysWhatItWaitsFor() {
        busyElsewhere();
        assertThat(waitingBecause(new JobId(1)))
                .isEqualTo(
                        "its task 0 was lost with a: it waits for another node, and those that may have it are busy");
    }

    @Test
    void aTaskThatWaitsForANodeThatIsAwaySaysSo() {
        bench.ready("a", "b");
        submit();
        running("a");
        bench.leave("b");
        bench.leave("a", CRASH);
        bench.join("a", 2);
        bench.report("a");
        assertThat(waitingBecause(new JobId(1)))
                .isEqualTo("its task 0 was lost with a: it waits for another node, which is away or has not reported"
                        + " yet");
    }

    @Test
    void aTaskOnItsLastChanceThatWaitsForAnotherSaysSo() {
        JobId first = bench.submit(SampleJob.of(1).needs(500, 0));
        JobId second = bench.submit(SampleJob.of(1).needs(500, 0));
        lost(first, 0, "x", "y");
        lost(second, 0, "x", "y");
        bench.ready("a");
        running("a");
        assertThat(waitingBecause(first)).isEmpty();
        assertThat(waitingBecause(second)).startsWith("its task 0 was lost with x, y: it runs beside no other task");
    }

    @Test
    void aJobWithOtherTasksThanLostOnesWaitsForBusyNodesLikeAny() {
        bench.ready("b");
        submit();
        running("b");
        JobId job = bench.submit(SampleJob.of(2).needs(2000, 0));
        lost(job, 0, "a");
        assertThat(waitingBecause(job)).isEqualTo("all nodes that can run it are busy");
    }

    @Test
    void aTaskThatTakesThreeOfFourNodesDownWithinSecondsIsBlamedAndNotTheSwitch() {
        bench.leader.whenNoted(what -> bench.append(new Command.NoteEvents(List.of(what))));
        bench.ready("a", "b", "c", "d");
        JobId job = submit();
        for (int strike = 0; strike < 3; strike++) {
            String node = Stream.of("a", "b", "c", "d")
                    .filter(each -> !bench.orders(each).isEmpty()
                            && !bench.job(job).lostOn(0).contains(new NodeId(each)))
                    .findFirst()
                    .orElseThrow();
            running(node);
            bench.pass(Duration.ofSeconds(1));
            bench.leave(node, CRASH);
        }
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.FAILED);
        assertThat(bench.state().events().after(0))
                .extracting((EventRecord event) -> event.what().kind())
                .contains(EventKind.TASK_POISON)
                .doesNotContain(EventKind.SWITCH_SUSPECTED);
    }
}
