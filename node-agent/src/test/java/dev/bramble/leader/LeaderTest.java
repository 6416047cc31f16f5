package dev.bramble.leader;

import static dev.bramble.leader.LeaderBench.ended;
import static dev.bramble.leader.LeaderBench.running;
import static dev.bramble.leader.LeaderBench.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.SimConsensus;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.SampleJob;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskId;
import dev.bramble.model.WorkOrder;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaderTest {
    private LeaderBench bench = new LeaderBench();

    @AfterEach
    void theCountsAreRight() {
        assertThat(LeaderProbe.drift(bench.leader)).isEmpty();
    }

    private WorkOrder onlyOrder(String node) {
        List<WorkOrder> orders = bench.orders(node);
        assertThat(orders).hasSize(1);
        return orders.getFirst();
    }

    @Test
    void nothingIsGrantedBeforeTheNodesHaveToldWhatTheyRun() {
        bench.submit(SampleJob.of(2));
        bench.join("a", 1);
        assertThat(bench.orders("a")).isEmpty();
        bench.report("a");
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void timeGoesOnFromTheLastWordOfTheLeaderBefore() {
        bench.leader.following();
        Moment told = bench.state().now().plus(Duration.ofMinutes(14));
        NodeId other = new NodeId("other");
        bench.leader.heard(new Message.Pulse(bench.leader.term(), other, told, 1, List.of(), Optional.empty()));
        bench.pass(Duration.ofSeconds(2));
        bench.leadAnew();
        assertThat(bench.leader.now().since(told)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
        bench.append(new Command.Expire());
        assertThat(bench.state().now().isBefore(told)).as("its entries say so").isFalse();
    }

    @Test
    void whatANodeHeldGoesToAnotherWhenItLeaves() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(3));
        List<WorkOrder> orders = bench.orders("a");
        bench.report("a", List.of(running(orders.get(0)), waiting(orders.get(1))));
        bench.ready("b");
        assertThat(bench.orders("b")).extracting(order -> order.task().index()).containsExactly(2);
        bench.leave("a");
        List<WorkOrder> given = bench.orders("b");
        bench.report("b", List.of(running(given.getLast())), ended(given.getFirst(), AttemptEnd.SUCCEEDED));
        assertThat(bench.orders("b")).extracting(order -> order.task().index()).containsExactlyInAnyOrder(2, 0, 1);
        bench.pass(Vanishing.WINDOW.plusSeconds(2));
        assertThat(bench.job(job).history(0)).as("it ran and was lost").hasSize(1);
        assertThat(bench.job(job).history(1)).as("it had not begun").isEmpty();
        assertThat(bench.job(job).failedTasks()).isZero();
    }

    @Test
    void whatNodesHaveOfAJobIsForgottenWithTheJob() {
        bench.ready("a");
        bench.submit(SampleJob.of(1));
        WorkOrder order = onlyOrder("a");
        assertThat(bench.leader.planning().offers().getFirst().warmJobs()).hasSize(1);
        bench.report("a", List.of(), ended(order, AttemptEnd.SUCCEEDED));
        assertThat(bench.leader.planning().offers().getFirst().warmJobs()).isEmpty();
    }

    @Test
    void aRestartedAgentHasLostWhatItHeld() {
        bench.ready("a");
        bench.submit(SampleJob.of(1));
        WorkOrder first = onlyOrder("a");
        bench.report("a", List.of(running(first)));
        bench.join("a", 2);
        bench.report("a", 0, List.of());
        assertThat(bench.orders("a")).extracting(WorkOrder::task).containsExactly(first.task(), first.task());
    }

    @Test
    void anAttemptWhoseOutcomeIsBeingRecordedIsNotLostWithItsNode() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1).attempts(2));
        WorkOrder order = onlyOrder("a");
        bench.report("a", List.of(running(order)));
        bench.reportAtOnce("a", Long.MAX_VALUE, List.of(), ended(order, AttemptEnd.FAILED));
        bench.leave("a");
        assertThat(bench.job(job).history(0)).hasSize(1);
        assertThat(bench.job(job).history(0).getFirst().end()).contains(AttemptEnd.FAILED);
        bench.ready("b");
        assertThat(bench.orders("b")).as("and the task is free again").hasSize(1);
    }

    @Test
    void ordersThatNeverArrivedAreGivenAnew() {
        bench.ready("a");
        bench.submit(SampleJob.of(1));
        WorkOrder lost = onlyOrder("a");
        bench.pass(Leader.ORDERS_LOST_AFTER.minusMillis(500));
        bench.report("a", 0, List.of());
        assertThat(bench.orders("a")).hasSize(1);
        bench.pass(Duration.ofSeconds(1));
        bench.report("a", 0, List.of());
        assertThat(bench.orders("a")).hasSize(2);
        assertThat(bench.orders("a").getLast().task()).isEqualTo(lost.task());
        assertThat(bench.messages("a", Message.Orders.class).getLast().jobs())
                .as("the job may not have arrived either")
                .hasSize(1);
    }

    @Test
    void aNodeThatReturnsIsSentHigherNumbersThanItHasSeen() {
        bench.ready("a");
        bench.submit(SampleJob.of(2).atOnce(1));
        bench.report("a", List.of(), ended(onlyOrder("a"), AttemptEnd.SUCCEEDED));
        long seen = bench.messages("a", Message.Orders.class).getLast().number();
        bench.leave("a");
        bench.join("a", 1);
        bench.report("a", seen, List.of());
        assertThat(bench.messages("a", Message.Orders.class).getLast().number()).isGreaterThan(seen);
    }

    @Test
    void anAttemptThatANodeRunsAlreadyIsTakenOver() {
        JobId job = bench.submit(SampleJob.of(1));
        bench.join("a", 1);
        bench.join("b", 1);
        AttemptId earlier = new AttemptId(0, 5);
        bench.report("a", List.of(new Message.Held(earlier, new TaskId(job, 0), 1, 0, true, 500)));
        bench.report("b");
        assertThat(bench.orders("a")).isEmpty();
        assertThat(bench.orders("b")).isEmpty();
        bench.report(
                "a",
                List.of(),
                SampleJob.outcome(earlier, new TaskId(job, 0), 0, AttemptEnd.SUCCEEDED, "by the earlier leader"));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.SUCCEEDED);
    }

    @Test
    void aWaitingCopyOfWhatAnotherHoldsIsTakenBack() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1));
        bench.report("a", List.of(running(onlyOrder("a"))));
        bench.join("b", 1);
        bench.report("b", List.of(new Message.Held(new AttemptId(0, 5), new TaskId(job, 0), 1, 0, false, 0)));
        assertThat(bench.messages("b", Message.Withdraw.class)).hasSize(1);
    }

    @Test
    void aWithdrawalIsRepeatedUntilItIsHeard() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1));
        WorkOrder order = onlyOrder("a");
        bench.report("a", List.of(running(order)));
        bench.append(new Command.CancelJob(job, "ada", "enough"));
        assertThat(bench.messages("a", Message.Withdraw.class)).hasSize(1);
        bench.report("a", List.of(running(order)));
        assertThat(bench.messages("a", Message.Withdraw.class)).hasSize(2);
        bench.report("a");
        assertThat(LeaderProbe.held(bench.leader)).isZero();
    }

    @Test
    void anAttemptOfAnEarlierEpochKeepsNoTaskFromBeingGivenBack() {
        bench.ready("a", "b");
        JobId job = bench.submit(SampleJob.of(1));
        String holder = bench.orders("a").isEmpty() ? "b" : "a";
        String other = holder.equals("a") ? "b" : "a";
        WorkOrder old = onlyOrder(holder);
        bench.report(holder, List.of(running(old)));
        bench.append(new Command.CancelJob(job, "ada", "enough"));
        bench.append(new Command.RetryJob(job, "ada"));
        bench.report(holder, List.of(running(old)));
        WorkOrder anew = bench.orders(other).isEmpty()
                ? bench.orders(holder).getLast()
                : bench.orders(other).getLast();
        String runner = bench.orders(other).isEmpty() ? holder : other;
        assertThat(anew.retryEpoch()).isEqualTo(1);
        List<Message.Held> left = runner.equals(holder) ? List.of(running(old)) : List.of();
        bench.report(runner, left, ended(anew, AttemptEnd.KILLED));
        bench.report(holder, List.of(running(old)));
        bench.pass(Duration.ofSeconds(2));
        assertThat(bench.orders("a").size() + bench.orders("b").size()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void attemptsOfAnEarlierEpochCountForAtOnceUntilTheyAreGone() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(2).atOnce(1));
        WorkOrder old = onlyOrder("a");
        bench.report("a", List.of(running(old)));
        bench.append(new Command.CancelJob(job, "ada", "enough"));
        bench.append(new Command.RetryJob(job, "ada"));
        bench.report("a", List.of(running(old)));
        assertThat(bench.orders("a")).hasSize(1);
        bench.report("a");
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void anOutcomeIsSettledOnceTheLedgerHasIt() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1));
        WorkOrder order = onlyOrder("a");
        bench.report("a", List.of(), ended(order, AttemptEnd.SUCCEEDED));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.SUCCEEDED);
        assertThat(bench.messages("a", Message.Settled.class))
                .containsExactly(new Message.Settled(bench.leader.term(), List.of(order.attempt())));
        bench.report("a", List.of(), ended(order, AttemptEnd.SUCCEEDED));
        assertThat(bench.messages("a", Message.Settled.class))
                .as("said again when it is reported again")
                .hasSize(2);
    }

    @Test
    void aFailureWhoseReplyWasLostCostsOneTry() {
        SimConsensus.Habits calm = SimConsensus.Habits.CALM;
        bench = new LeaderBench(new SimConsensus.Habits(calm.hopMax(), calm.flushMax(), 1, 200, 100));
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1).attempts(2));
        WorkOrder order = onlyOrder("a");
        bench.report("a", List.of(), ended(order, AttemptEnd.FAILED));
        assertThat(bench.messages("a", Message.Settled.class)).isEmpty();
        bench.report("a", List.of(), ended(order, AttemptEnd.FAILED));
        assertThat(bench.messages("a", Message.Settled.class)).hasSize(1);
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.QUEUED);
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void aTaskThatCouldNotBeTriedGoesElsewhereAndCostsNothing() {
        bench.ready("a", "b");
        JobId job = bench.submit(SampleJob.of(1));
        String first = bench.orders("a").isEmpty() ? "b" : "a";
        bench.report(first, List.of(), ended(onlyOrder(first), AttemptEnd.KILLED));
        assertThat(bench.orders(first.equals("a") ? "b" : "a")).hasSize(1);
        assertThat(bench.job(job).history(0)).isEmpty();
    }

    @Test
    void aNodeThatCouldNotBringTheFilesIsToldAgainWhoHasThem() {
        bench.ready("a");
        bench.submit(SampleJob.of(1));
        bench.report("a", List.of(), ended(onlyOrder("a"), AttemptEnd.KILLED));
        bench.pass(Recording.AVOID_AFTER_FAILED_FETCH.plusSeconds(1));
        assertThat(bench.messages("a", Message.Orders.class))
                .extracting(orders -> orders.jobs().size())
                .containsExactly(1, 1);
    }

    @Test
    void aCordonedNodeIsGrantedNothing() {
        bench.ready("a");
        bench.append(new Command.SetStanding(new NodeId("a"), NodeStanding.CORDONED, "", "ada"));
        bench.submit(SampleJob.of(1));
        assertThat(bench.orders("a")).isEmpty();
        bench.append(new Command.SetStanding(new NodeId("a"), NodeStanding.READY, "", "ada"));
        assertThat(bench.orders("a")).hasSize(1);
    }

    @Test
    void aNodeThatIsSilentForALeaseIsGrantedNothing() {
        bench.ready("a");
        bench.pass(Timing.LEASE);
        bench.submit(SampleJob.of(1));
        assertThat(bench.orders("a")).isEmpty();
        bench.report("a");
        assertThat(bench.orders("a")).hasSize(1);
    }

    @Test
    void aJobWaitsForThoseBeforeItAndEndsWithTheirFailure() {
        bench.ready("a");
        JobId first = bench.submit(SampleJob.of(1));
        JobId then = bench.submit(SampleJob.of(1).after(first.number()));
        WorkOrder order = onlyOrder("a");
        bench.report("a", List.of(), ended(order, AttemptEnd.FAILED));
        bench.pass(Duration.ofSeconds(2));
        assertThat(bench.job(then).phase()).isEqualTo(JobPhase.CANCELLED);
        assertThat(bench.job(then).cancelled().orElseThrow().reason()).contains("job " + first);
    }

    @Test
    void aMissedDeadlineCancelsOnlyWhenAsked() {
        JobId late = bench.submit(SampleJob.of(1).deadline(Duration.ofSeconds(5)));
        JobId cancelled =
                bench.submit(SampleJob.of(1).deadline(Duration.ofSeconds(5)).cancelledAtDeadline());
        bench.pass(Duration.ofSeconds(7));
        assertThat(bench.job(late).phase()).isEqualTo(JobPhase.QUEUED);
        assertThat(bench.job(cancelled).phase()).isEqualTo(JobPhase.CANCELLED);
    }

    @Test
    void whatHasPassedItsTimeIsDroppedByTheLeaderItself() {
        JobId job = bench.submit(SampleJob.of(1).kept(Duration.ofMinutes(1)));
        bench.append(new Command.CancelJob(job, "ada", ""));
        bench.pass(Duration.ofSeconds(100));
        assertThat(bench.state().job(job)).isEmpty();
    }

    @Test
    void aNodeIsToldAJobOnce() {
        bench.ready("a");
        bench.submit(SampleJob.of(2).atOnce(1));
        bench.report("a", List.of(), ended(onlyOrder("a"), AttemptEnd.SUCCEEDED));
        assertThat(bench.messages("a", Message.Orders.class))
                .extracting(orders -> orders.jobs().size())
                .containsExactly(1, 0);
    }

    @Test
    void ordersOfAJobWithThousandsOfFilesAreCutToWhatAMessageHolds() {
        bench.ready("a");
        int files = 4000;
        ShippedFile[] ship = IntStream.range(0, files)
                .mapToObj(i -> new ShippedFile(
                        "a-folder-with-a-long-name/file-" + i, new BlobId("%064x".formatted(i + 1)), 7, false))
                .toArray(ShippedFile[]::new);
        for (ShippedFile file : ship) {
            bench.leader.append(new Command.HoldBlob(
                    file.blob(), 7, "ada", List.of(new NodeId("a")), Moment.FOUNDING.plus(Duration.ofHours(1))));
        }
        bench.settle();
        bench.submit(SampleJob.of(3).ships(ship));
        bench.settle();
        List<Message.Orders> orders = bench.messages("a", Message.Orders.class);
        CborCodec codec = new CborCodec();
        assertThat(orders)
                .allSatisfy(each ->
                        assertThat(codec.encodeMessage(each).length).isLessThanOrEqualTo(Cluster.MESSAGE_BYTES_MAX));
        assertThat(orders.stream().flatMap(each -> each.places().stream())).hasSize(files);
        assertThat(orders.stream().flatMap(each -> each.jobs().stream())).hasSize(1);
        assertThat(bench.orders("a")).isNotEmpty();
        assertThat(orders).extracting(Message.Orders::number).isSorted().doesNotHaveDuplicates();
    }
}
