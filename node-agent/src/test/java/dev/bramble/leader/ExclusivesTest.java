package dev.bramble.leader;

import static dev.bramble.leader.LeaderBench.ended;
import static dev.bramble.leader.LeaderBench.running;
import static dev.bramble.leader.LeaderBench.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.ExclusiveGrant;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.SimConsensus;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskTraits;
import dev.bramble.model.WorkOrder;
import dev.bramble.scheduler.Places;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A task of an exclusive job goes to somebody else only when its last attempt is surely over. */
class ExclusivesTest {
    private final AtomicBoolean isFull = new AtomicBoolean();
    private final AtomicInteger refusals = new AtomicInteger();
    private final LeaderBench bench =
            new LeaderBench(SimConsensus.Habits.CALM, ledger -> new Filling(ledger, isFull, refusals));

    /** A ledger that takes nothing while it is full. */
    private record Filling(Ledger real, AtomicBoolean isFull, AtomicInteger refusals) implements Ledger {
        @Override
        public CompletionStage<Long> append(byte[] entry) {
            if (isFull.get()) {
                refusals.incrementAndGet();
                return CompletableFuture.failedFuture(new IllegalStateException("full"));
            }
            return real.append(entry);
        }

        @Override
        public Status status() {
            return real.status();
        }

        @Override
        public CompletionStage<Void> addVoter(Peer peer) {
            return real.addVoter(peer);
        }

        @Override
        public CompletionStage<Void> removeVoter(NodeId node) {
            return real.removeVoter(node);
        }

        @Override
        public CompletionStage<Void> transferLeadership(NodeId to, Duration limit) {
            return real.transferLeadership(to, limit);
        }

        @Override
        public CompletionStage<Boolean> standForElection() {
            return real.standForElection();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    @AfterEach
    void theCountsAreRight() {
        assertThat(LeaderProbe.drift(bench.leader)).isEmpty();
    }

    private WorkOrder granted(String node) {
        assertThat(bench.orders(node)).hasSize(1);
        return bench.orders(node).getFirst();
    }

    private void ask(String node, int incarnation, long stampNanos, AttemptId attempt) {
        bench.askLease(node, incarnation, stampNanos, attempt);
    }

    private List<Message.LeaseRenewed> leases(String node) {
        return bench.messages(node, Message.LeaseRenewed.class);
    }

    @Test
    void aGrantIsInTheLedgerBeforeItsOrdersGoOut() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        assertThat(bench.job(job).exclusiveGrants().get(0))
                .isEqualTo(new ExclusiveGrant(order.attempt(), 0, new NodeId("a"), "a1"));
    }

    @Test
    void aLeaseIsDatedFromTheQuestionAndGivenToTheLastGrantAlone() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        ask("a", 1, 77, order.attempt());
        assertThat(leases("a"))
                .containsExactly(new Message.LeaseRenewed(bench.leader.term(), 77, List.of(order.attempt())));
        ask("a", 2, 78, order.attempt());
        ask("a", 1, 79, new AttemptId(order.attempt().term(), 99));
        assertThat(leases("a")).hasSize(1);
    }

    @Test
    void whatMayStillRunOnALostNodeIsWaitedFor() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        bench.report("a", List.of(running(order)));
        ask("a", 1, 1, order.attempt());
        bench.ready("b");
        bench.leave("a");
        bench.pass(Timing.OVER_AFTER.minusSeconds(2));
        bench.report("b");
        assertThat(bench.orders("b")).isEmpty();
        bench.pass(Duration.ofSeconds(4));
        assertThat(bench.orders("b")).extracting(WorkOrder::task).containsExactly(order.task());
    }

    @Test
    void whatNeverGotALeaseIsWaitedForByNobody() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        bench.ready("b");
        bench.leave("a");
        assertThat(bench.orders("b")).extracting(WorkOrder::task).containsExactly(order.task());
        bench.join("a", 1);
        ask("a", 1, 1, order.attempt());
        assertThat(leases("a")).as("and it gets none any more").isEmpty();
    }

    @Test
    void aRestartedAgentSaysNothingOfWhatTheEarlierOneRan() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        bench.report("a", List.of(running(order)));
        ask("a", 1, 1, order.attempt());
        bench.join("a", 2);
        bench.report("a");
        assertThat(bench.orders("a")).hasSize(1);
        bench.pass(Timing.OVER_AFTER.plusSeconds(1));
        bench.report("a");
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void anAgentThatCameBackWithoutItHasEndedIt() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        bench.report("a", List.of(running(order)));
        ask("a", 1, 1, order.attempt());
        bench.leave("a");
        bench.ready("b");
        bench.join("a", 1);
        bench.report("a", 0, List.of());
        assertThat(bench.orders("b")).as("it has not seen the orders yet").isEmpty();
        bench.report("a");
        assertThat(bench.orders("a").size() + bench.orders("b").size()).isEqualTo(2);
    }

    @Test
    void anAttemptThatFailedIsTriedAnewAtOnce() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1).attempts(2).exclusive());
        WorkOrder order = granted("a");
        ask("a", 1, 1, order.attempt());
        bench.report("a", List.of(), ended(order, AttemptEnd.FAILED));
        assertThat(bench.orders("a")).hasSize(2);
        WorkOrder next = bench.orders("a").getLast();
        bench.report("a", List.of(), ended(next, AttemptEnd.KILLED));
        bench.pass(Recording.AVOID_AFTER_FAILED_FETCH.plusSeconds(2));
        assertThat(bench.orders("a")).as("one that was killed, too").hasSize(3);
        bench.report("a", List.of(), ended(bench.orders("a").getLast(), AttemptEnd.SUCCEEDED));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.SUCCEEDED);
    }

    /** The node of an attempt that has its lease leaves, with another one there. */
    private WorkOrder lost(SampleJob job) {
        bench.ready("a");
        bench.submit(job.exclusive());
        WorkOrder order = granted("a");
        bench.report("a", List.of(running(order)));
        ask("a", 1, 1, order.attempt());
        bench.ready("b");
        bench.leave("a");
        return order;
    }

    /** So long the node says every second that it holds nothing but what it is given meanwhile. */
    private void idle(String node, Duration time) {
        int before = bench.orders(node).size();
        for (long second = 0; second <= time.toSeconds(); second++) {
            List<WorkOrder> given = bench.orders(node);
            bench.report(
                    node,
                    given.subList(before, given.size()).stream()
                            .map(LeaderBench::waiting)
                            .toList());
            if (second < time.toSeconds()) {
                bench.pass(Duration.ofMillis(900));
            }
        }
    }

    @Test
    void whatEndedBeforeAMergeCountsWhileNobodyElseHasTheTask() {
        WorkOrder order = lost(SampleJob.of(1));
        idle("b", Duration.ofSeconds(5));
        bench.join("a", 1);
        bench.report("a", List.of(), ended(order, AttemptEnd.SUCCEEDED));
        assertThat(bench.job(order.task().job()).result(0).orElseThrow().node()).isEqualTo(new NodeId("a"));
        assertThat(bench.orders("b")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(AttemptEnd.class)
    void whatEndedBeforeAMergeChangesNothingOnceSomebodyElseHasTheTask(AttemptEnd end) {
        WorkOrder order = lost(SampleJob.of(1).attempts(2));
        idle("b", Timing.OVER_AFTER.plusSeconds(2));
        WorkOrder next = granted("b");
        JobId job = order.task().job();
        int tries = bench.job(job).triesSpent(0);
        bench.join("a", 1);
        bench.report("a", List.of(), ended(order, end));
        assertThat(bench.messages("a", Message.Settled.class).getLast().attempts())
                .containsExactly(order.attempt());
        assertThat(bench.job(job).hasOutcome(0)).isFalse();
        assertThat(bench.job(job).triesSpent(0)).isEqualTo(tries);
        assertThat(bench.orders("a")).as("nor is it granted anew").hasSize(1);
        bench.report("b", List.of(), ended(next, AttemptEnd.SUCCEEDED));
        assertThat(bench.job(job).result(0).orElseThrow().node()).isEqualTo(new NodeId("b"));
    }

    private static final Checkpoint CHECKPOINT = new Checkpoint(List.of(new AttemptOutcome.KeptFile(
            "state", new Output.Stored(new BlobId("ab".repeat(32)), 1, List.of(new NodeId("b")), ""), false)));

    private static AttemptOutcome checkpointed(WorkOrder order) {
        AttemptOutcome killed = ended(order, AttemptEnd.KILLED);
        return new AttemptOutcome(
                killed.attempt(),
                killed.task(),
                killed.retryEpoch(),
                killed.end(),
                TaskTraits.CHECKPOINT_EXIT,
                "its lease had run out; it left a checkpoint",
                killed.millis(),
                killed.stdout(),
                killed.stderr(),
                false,
                List.of(),
                Optional.of(CHECKPOINT));
    }

    @Test
    void aCheckpointThatALapsedAttemptLeftIsGoneOnFromAtNoCost() {
        WorkOrder order = lost(SampleJob.of(1).leavesCheckpoints());
        JobId job = order.task().job();
        int tries = bench.job(job).triesSpent(0);
        bench.join("a", 1);
        bench.report("a", List.of(), checkpointed(order));
        idle("b", Duration.ofSeconds(2));
        WorkOrder next = bench.orders("b").isEmpty()
                ? bench.orders("a").getLast()
                : bench.orders("b").getLast();
        assertThat(next.attempt()).isNotEqualTo(order.attempt());
        assertThat(next.checkpoint()).contains(CHECKPOINT);
        assertThat(next.number()).as("which try it is").isEqualTo(tries + 1);
    }

    @Test
    void aCheckpointThatComesWhenSomebodyElseHasTheTaskIsNoNews() {
        WorkOrder order = lost(SampleJob.of(1).leavesCheckpoints());
        idle("b", Timing.OVER_AFTER.plusSeconds(2));
        granted("b");
        bench.join("a", 1);
        bench.report("a", List.of(), checkpointed(order));
        assertThat(bench.job(order.task().job()).checkpoint(0)).isEmpty();
    }

    @Test
    void aRetryWaitsForWhatAnEarlierEpochMayStillRun() {
        WorkOrder order = lost(SampleJob.of(1));
        bench.append(new Command.CancelJob(order.task().job(), "ada", "enough"));
        bench.append(new Command.RetryJob(order.task().job(), "ada"));
        idle("b", Timing.OVER_AFTER.minusSeconds(4));
        assertThat(bench.orders("b")).isEmpty();
        idle("b", Duration.ofSeconds(6));
        assertThat(granted("b").retryEpoch()).isEqualTo(1);
    }

    @Test
    void aCalendarThatJumpsEndsNoLease() {
        lost(SampleJob.of(1));
        bench.append(
                new Command.MapCalendar(Instant.parse("2038-01-19T03:14:08Z").toEpochMilli(), Optional.empty()));
        idle("b", Timing.OVER_AFTER.minusSeconds(4));
        assertThat(bench.orders("b")).isEmpty();
        bench.append(new Command.MapCalendar(0, Optional.empty()));
        idle("b", Duration.ofSeconds(6));
        granted("b");
    }

    @ParameterizedTest
    @EnumSource(DrainMode.class)
    void aDrainedNodeKeepsItsLeasesAndItsTaskUntilThatHasEndedThere(DrainMode mode) {
        DrainDuty drains = new DrainDuty(
                bench.leader,
                new BlobDuty(bench.leader),
                new RoundDuty(bench.leader, new DrainLoads(bench.leader)),
                bench.voters);
        bench.leader.withEveryPulse(drains::check);
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive().leavesCheckpoints());
        WorkOrder order = granted("a");
        bench.report("a", List.of(running(order)));
        bench.ready("b");
        DrainSpec spec = new DrainSpec(mode, Duration.ofMinutes(1), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        bench.append(new Command.OrderDrain(1, List.of(new NodeId("a")), spec, "dust", "ada"));
        for (long second = 0; second < Timing.OVER_AFTER.toSeconds() + 2; second++) {
            bench.report("a", List.of(running(order)));
            ask("a", 1, second, order.attempt());
            idle("b", Duration.ofSeconds(1));
        }
        assertThat(bench.orders("b")).isEmpty();
        assertThat(leases("a").getLast().stampNanos()).isEqualTo(Timing.OVER_AFTER.toSeconds() + 1);
        assertThat(bench.messages("a", Message.Withdraw.class).isEmpty()).isEqualTo(mode == DrainMode.FINISH);
        bench.report("a", List.of(), ended(order, AttemptEnd.KILLED));
        assertThat(granted("b").number()).as("which try it is").isEqualTo(1);
    }

    @Test
    void aGrantWhoseOrdersGotLostIsMadeAnewByTheNextLeader() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        bench.leadAnew();
        bench.report("a", 0, List.of());
        assertThat(bench.orders("a")).hasSize(2);
        ask("a", 1, 1, order.attempt());
        assertThat(leases("a")).as("and should they come yet, it gets no lease").isEmpty();
    }

    @Test
    void aGrantThatWaitsOnItsNodeIsKeptByTheNextLeader() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        bench.leadAnew();
        for (long second = 0; second < Timing.OVER_AFTER.toSeconds() + 2; second++) {
            bench.report("a", List.of(waiting(order)));
            bench.pass(Duration.ofSeconds(1));
        }
        assertThat(bench.orders("a")).hasSize(1);
        ask("a", 1, 5, order.attempt());
        assertThat(leases("a"))
                .containsExactly(new Message.LeaseRenewed(bench.leader.term(), 5, List.of(order.attempt())));
    }

    @Test
    void aNewLeaderWaitsAsLongAsIfItHadGivenTheLeaseWhenItBeganToLead() {
        lost(SampleJob.of(1));
        idle("b", Duration.ofSeconds(10));
        bench.leadAnew();
        idle("b", Timing.OVER_AFTER.minusSeconds(2));
        assertThat(bench.orders("b")).isEmpty();
        idle("b", Duration.ofSeconds(4));
        granted("b");
    }

    /** A message goes to whichever agent the node has when it is sent. */
    @Test
    void ordersThatReachedAnAgentStartedMeanwhileHoldNothingUp() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        bench.join("a", 2);
        bench.leadAnew();
        bench.report("a", List.of(waiting(order)));
        assertThat(bench.messages("a", Message.Withdraw.class))
                .extracting(Message.Withdraw::attempts)
                .contains(List.of(order.attempt()));
        idle("a", Timing.OVER_AFTER.plusSeconds(2));
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void anAgentStartedMeanwhileSaysNothingOfHowTheAttemptEnded() {
        bench.ready("a");
        bench.submit(SampleJob.of(1).exclusive());
        WorkOrder order = granted("a");
        bench.report("a", List.of(running(order)));
        ask("a", 1, 1, order.attempt());
        bench.join("a", 2);
        bench.report("a", List.of(), ended(order, AttemptEnd.KILLED));
        idle("a", Recording.AVOID_AFTER_FAILED_FETCH.plusSeconds(2));
        assertThat(bench.orders("a")).hasSize(1);
        idle("a", Timing.OVER_AFTER);
        assertThat(bench.orders("a")).hasSize(2);
    }

    @Test
    void aLedgerThatTakesNoGrantIsAskedAgainWithThePulseAndNoSooner() {
        bench.submit(SampleJob.of(1).exclusive());
        bench.join("a", 1);
        isFull.set(true);
        bench.report("a");
        int pulses = 5;
        bench.pass(Timing.PULSE.multipliedBy(pulses));
        assertThat(refusals.get()).isBetween(2, pulses + 2);
        isFull.set(false);
        idle("a", Duration.ofSeconds(2));
        granted("a");
    }

    private String waitingBecause(WorkOrder order) {
        JobQueue queue = bench.leader.queues().get(order.task().job());
        return bench.leader
                .planning()
                .waitingBecause(queue, new Places(bench.leader.planning().offers()));
    }

    @Test
    void whyATaskWaitsIsSaidInWords() {
        WorkOrder order = lost(SampleJob.of(1));
        idle("b", Duration.ofSeconds(7));
        assertThat(waitingBecause(order))
                .isEqualTo(
                        "its task 0 may still run on a, which is out of touch: it is exclusive, and its lease there is"
                                + " surely over in 9 s");
        bench.join("a", 2);
        bench.report("a");
        assertThat(waitingBecause(order)).contains("on a, whose agent died: it is exclusive");
    }
}
