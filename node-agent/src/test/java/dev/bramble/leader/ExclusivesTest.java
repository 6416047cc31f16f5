package dev.bramble.leader;

import static dev.bramble.leader.LeaderBench.ended;
import static dev.bramble.leader.LeaderBench.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.ledger.ExclusiveGrant;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task of an exclusive job goes to somebody else only when its last attempt is surely over. */
class ExclusivesTest {
    private final LeaderBench bench = new LeaderBench();

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
}
