package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptLimits;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskInput;
import dev.bramble.model.TaskRange;
import dev.bramble.model.WorkOrder;
import dev.bramble.time.Moment;
import dev.bramble.worker.SimFilters;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunnerTest extends RunnerBed {
    @Test
    void whatIsKeptOfAStreamIsTheOrdersLimitAndTheResultNamesIt() {
        play = new SimWorkers.Play(
                Duration.ofSeconds(1),
                new Workers.Exit.Code(0),
                Optional.empty(),
                "0123456789".getBytes(StandardCharsets.UTF_8),
                new byte[0],
                new TreeMap<>());
        Message.Orders standard =
                orders(++numbers, List.of(jobOrder(SampleJob.of(9).spec())), 1);
        runner.received(new Message.Orders(
                1,
                standard.number(),
                Output.INLINE_BYTES_MAX,
                Optional.of(new AttemptLimits(4, 7)),
                standard.jobs(),
                standard.attempts(),
                List.of()));
        order(SampleJob.of(9), 2);
        pass(Duration.ofSeconds(2));
        AttemptOutcome cut = outcomes().getFirst();
        assertThat(cut.end()).isEqualTo(AttemptEnd.SUCCEEDED);
        assertThat(cut.cut()).isTrue();
        assertThat(cut.stdout().sizeBytes()).isEqualTo(4);
        assertThat(cut.reason()).contains("what it printed was cut at 4B (tasks.stream-max)");
        AttemptOutcome whole = outcomes().getLast();
        assertThat(whole.stdout().sizeBytes()).isEqualTo(10);
        assertThat(whole.reason()).isEmpty();
    }

    @Test
    void anAttemptThatReachedALimitFailedForTheReasonThatItsNodeGives() {
        play = SimWorkers.Play.of(Duration.ofSeconds(1), new Workers.Exit.OverLimit(137, "it used 2G of disk"));
        order(SampleJob.of(9), 1);
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.end()).isEqualTo(AttemptEnd.FAILED);
            assertThat(outcome.exitCode()).isEqualTo(137);
            assertThat(outcome.reason()).isEqualTo("it used 2G of disk");
        });
    }

    @Test
    void aBatchIsReportedUntilItIsSettled() {
        orderBatch(1, 10, 4);
        assertThat(lastStatus().held())
                .singleElement()
                .satisfies(held -> assertThat(held.tasks()).isEqualTo(new TaskRange(10, 4)));
        pass(Duration.ofSeconds(1));
        BatchOutcome ended = lastStatus().batches().getFirst();
        assertThat(ended.succeeded().toArray()).containsExactly(10, 11, 12, 13);
        assertThat(ended.answers())
                .isInstanceOfSatisfying(
                        Output.Inline.class,
                        inline -> assertThat(inline.bytes()).asString().isEqualTo("10!\n11!\n12!\n13!\n"));
        pass(Duration.ofSeconds(1));
        assertThat(lastStatus().batches()).hasSize(1);
        runner.received(new Message.Settled(1, List.of(id(1))));
        pass(Duration.ofSeconds(1));
        assertThat(lastStatus().batches()).isEmpty();
        assertThat(runner.heldAttempts()).isZero();
    }

    @Test
    void theLineThatKillsItsProgramIsReportedAlone() {
        program = SimFilters.Play.of(line -> new String(line, StandardCharsets.UTF_8).equals("12")
                ? new SimFilters.Deed.Exit(Duration.ofMillis(1), 3)
                : new SimFilters.Deed.Print(Duration.ofMillis(1), answer(line)));
        orderBatch(1, 10, 4);
        pass(Duration.ofSeconds(2));
        BatchOutcome ended = lastStatus().batches().getFirst();
        assertThat(ended.succeeded().toArray()).containsExactly(10, 11, 13);
        assertThat(ended.failed()).singleElement().satisfies(failed -> {
            assertThat(failed.task()).isEqualTo(12);
            assertThat(failed.blame().exitCode()).isEqualTo(3);
        });
    }

    @Test
    void aWithdrawnBatchIsStoppedAndNothingOfItReported() {
        program = SimFilters.Play.of(line -> new SimFilters.Deed.Print(Duration.ofSeconds(1), answer(line)));
        orderBatch(1, 0, 100);
        pass(Duration.ofSeconds(2));
        runner.received(new Message.Withdraw(1, List.of(id(1)), "cancelled", Optional.empty()));
        pass(Duration.ofSeconds(10));
        assertThat(filters.running()).isEmpty();
        assertThat(lastStatus().batches()).isEmpty();
        assertThat(runner.heldAttempts()).isZero();
    }

    @Test
    void warmProcessesGiveWayToATaskThatNeedsTheirMemory() {
        orderBatch(1, 0, 4);
        pass(Duration.ofSeconds(1));
        assertThat(filters.hasIdle(JOB, 0)).isTrue();
        order(SampleJob.of(9).needs(1000, 600), 2);
        assertThat(filters.hasIdle(JOB, 0)).isFalse();
    }

    @Test
    void attemptsStartInTheirOrderAsRoomAllows() {
        order(SampleJob.of(9), 1, 2, 3);
        assertThat(started).containsOnlyKeys(id(1), id(2));
        assertThat(lastStatus().held()).extracting(Message.Held::running).containsExactly(true, true);
        pass(Duration.ofSeconds(1));
        assertThat(started).containsKey(id(3));
    }

    @Test
    void aLargeAttemptIsNotOvertakenByASmallOne() {
        order(SampleJob.of(9).needs(1000, 600), 1);
        order(SampleJob.of(9).needs(1000, 600), 2);
        runner.received(new Message.Orders(
                1,
                ++numbers,
                0,
                Optional.empty(),
                List.of(jobOrder(SampleJob.of(9).needs(1000, 10).spec())),
                List.of(new WorkOrder(id(3), new TaskId(JOB, 3), 1, 0, 1, new TaskInput.Index(3), Optional.empty())),
                List.of()));
        pass(Duration.ofMillis(1));
        assertThat(started).containsOnlyKeys(id(1));
    }

    @Test
    void aFencedNodeStartsNothingAndFinishesWhatRuns() {
        play = SimWorkers.Play.of(Duration.ofSeconds(15), new Workers.Exit.Code(0));
        order(SampleJob.of(9), 1, 2, 3);
        pass(Duration.ofSeconds(20));
        assertThat(runner.isFenced()).isTrue();
        assertThat(started).containsOnlyKeys(id(1), id(2));
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsOnly(AttemptEnd.SUCCEEDED);
        pulse();
        pass(Duration.ofMillis(1));
        assertThat(started).containsKey(id(3));
    }

    @Test
    void anAttemptWhoseFilesArriveAfterTheLeaseWaits() {
        disk = Timing.LEASE.plusSeconds(1);
        runner.received(
                orders(1, List.of(jobOrder(SampleJob.of(9).ships(missing()).spec())), 1));
        pass(Duration.ofSeconds(9));
        assertThat(lastStatus().held()).hasSize(1);
        pass(Duration.ofSeconds(5));
        assertThat(started).isEmpty();
    }

    private static ShippedFile missing() {
        return new ShippedFile("data.csv", MISSING, 5, false);
    }

    @Test
    void anAttemptWhoseFileNobodyHasIsNobodysFault() {
        order(SampleJob.of(9).ships(missing()), 1);
        pass(Duration.ofMillis(10));
        assertThat(started).isEmpty();
        assertThat(outcomes().getFirst().end()).isEqualTo(AttemptEnd.KILLED);
        assertThat(outcomes().getFirst().reason()).contains("none of its holders is up");
    }

    @Test
    void anOutcomeIsRepeatedUntilItIsSettled() {
        order(SampleJob.of(9), 1);
        pass(Duration.ofSeconds(3));
        assertThat(statuses().stream().filter(status -> !status.outcomes().isEmpty()))
                .hasSizeGreaterThanOrEqualTo(2);
        runner.received(new Message.Settled(1, List.of(id(1))));
        pass(Duration.ofSeconds(1));
        assertThat(outcomes()).isEmpty();
        assertThat(runner.heldAttempts()).isZero();
    }

    @Test
    void whatRunsTooLongIsStoppedAndTimedOut() {
        play = SimWorkers.Play.of(Duration.ofHours(1), new Workers.Exit.Code(0));
        order(SampleJob.of(9).timeout(Duration.ofSeconds(2)), 1);
        pass(Duration.ofSeconds(3));
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsExactly(AttemptEnd.TIMED_OUT);
        assertThat(outcomes().getFirst().reason()).isEqualTo("it ran longer than its timeout of 2 s");
    }

    @Test
    void aWithdrawnAttemptLeavesNoOutcome() {
        order(SampleJob.of(9), 1, 2, 3);
        runner.received(new Message.Withdraw(1, List.of(id(1), id(3)), "cancelled", Optional.empty()));
        pass(Duration.ofSeconds(2));
        assertThat(started).doesNotContainKey(id(3));
        assertThat(outcomes()).extracting(AttemptOutcome::attempt).containsExactly(id(2));
    }

    @Test
    void aWithdrawalThatChangesNothingIsNotAnswered() {
        play = new SimWorkers.Play(
                Duration.ofHours(1),
                new Workers.Exit.Code(0),
                Optional.empty(),
                new byte[0],
                new byte[0],
                new TreeMap<>());
        order(SampleJob.of(9), 1);
        runner.received(new Message.Withdraw(1, List.of(id(1)), "cancelled", Optional.empty()));
        pass(Duration.ofMillis(10));
        int answered = sent.size();
        for (int i = 0; i < 10; i++) {
            runner.received(new Message.Withdraw(1, List.of(id(1)), "cancelled", Optional.empty()));
            runner.received(new Message.Settled(1, List.of(id(9))));
            pass(Duration.ofMillis(10));
        }
        assertThat(sent).hasSize(answered);
    }

    @Test
    void ordersThatComeTwiceOrTooLateAreNotRunAgain() {
        order(1, SampleJob.of(9), 1);
        pass(Duration.ofSeconds(2));
        runner.received(new Message.Settled(1, List.of(id(1))));
        started.clear();
        order(1, SampleJob.of(9), 1);
        assertThat(started).isEmpty();
        order(5, SampleJob.of(9), 2);
        order(4, SampleJob.of(9), 3);
        assertThat(started).containsOnlyKeys(id(2));
    }

    @Test
    void ordersOfAnOlderTermAreIgnoredAndThoseOfANewerTaken() {
        runner.received(new Message.Pulse(3, new NodeId("b"), Moment.FOUNDING, 0, List.of(), Optional.empty()));
        order(1, SampleJob.of(9), 1);
        assertThat(started).isEmpty();
        runner.received(new Message.Orders(
                4,
                1,
                0,
                Optional.empty(),
                List.of(jobOrder(SampleJob.of(9).spec())),
                List.of(new WorkOrder(
                        new AttemptId(4, 1), new TaskId(JOB, 0), 1, 0, 1, new TaskInput.Index(0), Optional.empty())),
                List.of()));
        pass(Duration.ofMillis(1));
        assertThat(started).containsOnlyKeys(new AttemptId(4, 1));
    }

    @Test
    void anAttemptOfAJobThatWasNeverToldIsDropped() {
        runner.received(orders(1, List.of(), 1));
        pass(Timing.PULSE);
        assertThat(lastStatus().held()).isEmpty();
        assertThat(lastStatus().ordersSeen()).isEqualTo(1);
    }

    @Test
    void aNewLeaderHearsAtOnceWhatRuns() {
        order(SampleJob.of(9), 1);
        pass(Duration.ofMillis(300));
        int before = statuses().size();
        runner.received(new Message.Pulse(2, new NodeId("b"), Moment.FOUNDING, 0, List.of(), Optional.empty()));
        assertThat(statuses()).hasSize(before + 1);
        assertThat(lastStatus().term()).isEqualTo(2);
        assertThat(lastStatus().ordersSeen()).isZero();
        assertThat(lastStatus().held()).hasSize(1);
    }

    @Test
    void aLostProcessCostsNothing() {
        play = SimWorkers.Play.of(Duration.ofSeconds(1), new Workers.Exit.Lost("its caretaker died"));
        order(SampleJob.of(9), 1);
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsExactly(AttemptEnd.KILLED);
    }

    @Test
    void whatAFullDiskDidNotKeepIsNoResult() {
        byte[] result = "the result\n".getBytes(StandardCharsets.US_ASCII);
        play = new SimWorkers.Play(
                Duration.ofSeconds(1),
                new Workers.Exit.Code(0),
                Optional.empty(),
                result,
                new byte[0],
                new TreeMap<>());
        workers.diskTakes(3);
        order(SampleJob.of(9), 1);
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsExactly(AttemptEnd.KILLED);
        assertThat(outcomes().getFirst().reason()).contains("disk takes no more");
    }

    @Test
    void anOutputThatIsMissingFailsTheTask() {
        order(SampleJob.of(9).outputs("model.bin"), 1);
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsExactly(AttemptEnd.FAILED);
        assertThat(outcomes().getFirst().reason()).contains("model.bin");
    }

    @Test
    void aResultThatNobodyElseTakesCountsWithOneCopyAfterAWhile() {
        view = List.of(new Member(new NodeId("full"), "full", NodeRole.AGENT, "full:1", "", "serial", "incarnation"));
        TreeMap<String, byte[]> files = new TreeMap<>();
        files.put("model.bin", new byte[Output.INLINE_BYTES_MAX + 1]);
        play = new SimWorkers.Play(
                Duration.ofSeconds(1), new Workers.Exit.Code(0), Optional.empty(), new byte[0], new byte[0], files);
        order(SampleJob.of(9).outputs("model.bin"), 1);
        pass(Replication.ALONE_AFTER);
        assertThat(outcomes()).isEmpty();
        pass(Duration.ofSeconds(3));
        Output kept = outcomes().getFirst().outputs().getFirst().content();
        assertThat(((Output.Stored) kept).holders()).containsExactly(SELF);
    }

    @Test
    void thousandsOfTinyAttemptsDoNotFillTheNetworkWithReports() {
        play = SimWorkers.Play.of(Duration.ofMillis(1), new Workers.Exit.Code(0));
        order(SampleJob.of(9999), IntStream.range(0, 2000).toArray());
        pass(Duration.ofMillis(900));
        List<Message.Progress> reports = progress();
        assertThat(reports.stream().flatMap(report -> report.outcomes().stream()))
                .as("each outcome is told once")
                .hasSizeGreaterThan(1000)
                .doesNotHaveDuplicates();
        assertThat(reports.size())
                .as("one for each pause")
                .isLessThan(900 / (int) Reporting.PAUSE_WITH_PLENTY.toMillis() + 5);
    }

    /** The node hears no leader for longer than a lease, in which its attempts end; then there is one again. */
    private void merge() {
        pass(Timing.LEASE.plusSeconds(5));
        pulse();
        pass(Duration.ofSeconds(1));
    }

    @Test
    void aSuccessOfAFencedNodeIsReportedAfterTheMerge() {
        play = SimWorkers.Play.of(Timing.LEASE.plusSeconds(1), new Workers.Exit.Code(0));
        order(SampleJob.of(9), 1);
        merge();
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsExactly(AttemptEnd.SUCCEEDED);
    }

    @Test
    void aLateFailureOfAFencedNodeCostsNothing() {
        play = SimWorkers.Play.of(Timing.LEASE.plusSeconds(1), new Workers.Exit.Code(1));
        order(SampleJob.of(9).timeout(Duration.ofSeconds(11)), 1);
        play = SimWorkers.Play.of(Duration.ofHours(1), new Workers.Exit.Code(0));
        order(SampleJob.of(9).timeout(Duration.ofSeconds(11)), 2);
        merge();
        assertThat(outcomes()).hasSize(2).allSatisfy(outcome -> {
            assertThat(outcome.end()).isEqualTo(AttemptEnd.KILLED);
            assertThat(outcome.reason()).startsWith("its node was out of touch when it failed: ");
        });
    }

    @Test
    void aFailureWithinTheLeaseCounts() {
        play = SimWorkers.Play.of(Timing.LEASE.minusSeconds(1), new Workers.Exit.Code(1));
        order(SampleJob.of(9), 1);
        merge();
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsExactly(AttemptEnd.FAILED);
    }

    @Test
    void linesThatFailOnAFencedNodeCostNothingAndAnsweredOnesCount() {
        program = SimFilters.Play.of(line -> new String(line, StandardCharsets.UTF_8).equals("3")
                ? new SimFilters.Deed.Exit(Duration.ofSeconds(3), 3)
                : new SimFilters.Deed.Print(Duration.ofSeconds(3), answer(line)));
        orderBatch(1, 0, 4);
        pass(Duration.ofSeconds(60));
        pulse();
        pass(Duration.ofSeconds(1));
        assertThat(lastStatus().batches()).singleElement().satisfies(batch -> {
            assertThat(batch.succeeded().toArray()).containsExactly(0, 1, 2);
            assertThat(batch.isCharging()).isFalse();
        });
    }
}
