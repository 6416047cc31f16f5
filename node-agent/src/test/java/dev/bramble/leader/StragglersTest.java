package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Happening;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class StragglersTest {
    private final LeaderBench bench = new LeaderBench();
    private final List<Happening> told = new ArrayList<>();
    private JobId job;
    private WorkOrder slow;
    private String slowOn;
    private String other;

    /** Six tasks of 100 ms; the last one runs on and on. */
    private void straggle(SampleJob sample) {
        bench.leader.whenNoted(told::add);
        bench.ready("a", "b");
        job = bench.submit(sample);
        for (int done = 0; done < 5; done++) {
            WorkOrder next = open().getFirst();
            String node = holder(next);
            List<Message.Held> others = open().stream()
                    .filter(order -> !order.equals(next) && holder(order).equals(node))
                    .map(LeaderBench::running)
                    .toList();
            bench.report(node, others, LeaderBench.ended(next, AttemptEnd.SUCCEEDED));
        }
        slow = open().getFirst();
        slowOn = holder(slow);
        other = slowOn.equals("a") ? "b" : "a";
        run(Duration.ofMillis(1500));
    }

    private void run(Duration ran) {
        bench.report(
                slowOn,
                List.of(new Message.Held(slow.attempt(), slow.task(), 1, slow.retryEpoch(), true, ran.toMillis())));
        bench.pass(Duration.ofSeconds(1));
    }

    private List<WorkOrder> open() {
        List<WorkOrder> open = new ArrayList<>(bench.orders("a"));
        open.addAll(bench.orders("b"));
        open.removeIf(order -> bench.job(job).hasOutcome(order.task().index()));
        return open;
    }

    private String holder(WorkOrder order) {
        return bench.orders("a").contains(order) ? "a" : "b";
    }

    private WorkOrder copy() {
        List<WorkOrder> orders = bench.orders(other).stream()
                .filter(order -> order.task().equals(slow.task()))
                .toList();
        assertThat(orders).hasSize(1);
        return orders.getFirst();
    }

    @Test
    void aStragglerGetsOneCopyAndTheFirstOutcomeWins() {
        straggle(SampleJob.of(6).attempts(1));
        assertThat(open()).containsExactly(slow);
        run(Duration.ofMillis(2500));
        bench.report(other, List.of(LeaderBench.running(copy())));
        run(Duration.ofMillis(9000));
        assertThat(told).singleElement().satisfies(what -> {
            assertThat(what.kind()).isEqualTo(EventKind.SPECULATIVE_COPY);
            assertThat(what.text())
                    .startsWith("task " + slow.task().index() + " of job 1 has run for 2.5 s on " + slowOn);
        });
        bench.report(other, List.of(), LeaderBench.ended(copy(), AttemptEnd.SUCCEEDED));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.SUCCEEDED);
        assertThat(bench.messages(slowOn, Message.Withdraw.class))
                .singleElement()
                .satisfies(withdraw -> assertThat(withdraw.attempts()).containsExactly(slow.attempt()));
    }

    @Test
    void aCopyThatFailsOrIsLostCostsNothing() {
        straggle(SampleJob.of(6).attempts(1));
        run(Duration.ofMillis(2500));
        bench.report(other, List.of(), LeaderBench.ended(copy(), AttemptEnd.FAILED));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.RUNNING);
        assertThat(bench.job(job).triesSpent(slow.task().index())).isZero();
        bench.report(slowOn, List.of(), LeaderBench.ended(slow, AttemptEnd.SUCCEEDED));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.SUCCEEDED);
    }

    @Test
    void aCopyThatIsLostWithItsNodeCostsNothingAndSpeaksAgainstItsTask() {
        straggle(SampleJob.of(6).attempts(1));
        run(Duration.ofMillis(2500));
        bench.report(other, List.of(LeaderBench.running(copy())));
        bench.leave(other, Departure.closed(Duration.ofMillis(600)));
        assertThat(bench.job(job).lostOn(slow.task().index())).containsExactly(new NodeId(other));
        assertThat(LeaderProbe.drift(bench.leader)).isEmpty();
        bench.report(slowOn, List.of(), LeaderBench.ended(slow, AttemptEnd.SUCCEEDED));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.SUCCEEDED);
    }

    @Test
    void whatWentDownWithANodeGetsNoCopyThatCouldTakeAnotherOneDown() {
        straggle(SampleJob.of(6).attempts(1));
        bench.append(new Command.RecordLosses(
                new NodeId("c"), job, 0, RoaringBitmap.bitmapOf(slow.task().index()), "it was lost"));
        run(Duration.ofMillis(60_000));
        assertThat(open()).containsExactly(slow);
    }

    @Test
    void theFailureOfACopyThatWasLeftAloneCounts() {
        straggle(SampleJob.of(6).attempts(1));
        run(Duration.ofMillis(2500));
        bench.report(other, List.of(LeaderBench.running(copy())));
        bench.leave(slowOn);
        bench.report(other, List.of(), LeaderBench.ended(copy(), AttemptEnd.FAILED));
        assertThat(bench.job(job).phase()).isEqualTo(JobPhase.FAILED);
    }

    @Test
    void whatMustNotOverlapGetsNoCopy() {
        straggle(SampleJob.of(6).exclusive());
        run(Duration.ofMillis(60_000));
        assertThat(open()).containsExactly(slow);
    }

    @Test
    void aReduceGetsNoCopy() {
        straggle(SampleJob.of(5).reduced());
        assertThat(slow.task().index()).isEqualTo(5);
        run(Duration.ofMillis(60_000));
        assertThat(open()).containsExactly(slow);
    }
}
