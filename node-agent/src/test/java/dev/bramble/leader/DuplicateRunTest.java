package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.Happening;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.EventKind;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class DuplicateRunTest {
    private final LeaderBench bench = new LeaderBench();
    private final List<String> told = new ArrayList<>();

    DuplicateRunTest() {
        bench.leader.whenNoted(this::note);
    }

    private void note(Happening what) {
        if (what.kind() == EventKind.DUPLICATE_RUN) {
            told.add(what.text());
        }
    }

    /** The first order's message was late, not lost: its tasks are granted to the same node again. */
    private List<WorkOrder> orderedTwice(SampleJob job) {
        bench.ready("a");
        bench.submit(job);
        WorkOrder first = bench.orders("a").getFirst();
        bench.pass(Leader.ORDERS_LOST_AFTER.plusSeconds(1));
        bench.report("a", 0, List.of());
        WorkOrder second = bench.orders("a").stream()
                .filter(order -> order.task().equals(first.task()) && !order.equals(first))
                .findFirst()
                .orElseThrow();
        bench.report("a", List.of(LeaderBench.running(first), LeaderBench.running(second)));
        return List.of(first, second);
    }

    @Test
    void aSecondRunOnTheSameNodeIsToldOnceAndTheFirstThatIsReportedAgainIsNot() {
        List<WorkOrder> orders = orderedTwice(SampleJob.of(2));
        var first = LeaderBench.ended(orders.getFirst(), AttemptEnd.SUCCEEDED);
        bench.report("a", List.of(LeaderBench.running(orders.getLast())), first);
        bench.report("a", List.of(LeaderBench.running(orders.getLast())), first);
        assertThat(told).isEmpty();
        var second = LeaderBench.ended(orders.getLast(), AttemptEnd.SUCCEEDED);
        bench.report("a", List.of(), second);
        bench.report("a", List.of(), second);
        assertThat(told).containsExactly("task 0 of job 1 ended a second time, on a: the first outcome counts");
    }

    @Test
    void aRunOnANodeThatWasLostIsToldWhenItComesBack() {
        bench.ready("a");
        bench.submit(SampleJob.of(2));
        WorkOrder first = bench.orders("a").getFirst();
        bench.report("a", List.of(LeaderBench.running(first)));
        bench.leave("a");
        bench.ready("b");
        WorkOrder second = bench.orders("b").stream()
                .filter(order -> order.task().equals(first.task()))
                .findFirst()
                .orElseThrow();
        bench.report("b", List.of(), LeaderBench.ended(second, AttemptEnd.SUCCEEDED));
        bench.join("a", 1);
        for (int i = 0; i < 3; i++) {
            bench.report("a", List.of(), LeaderBench.ended(first, AttemptEnd.SUCCEEDED));
        }
        assertThat(told).containsExactly("task 0 of job 1 ended a second time, on a: the first outcome counts");
    }

    private static BatchOutcome answered(WorkOrder order) {
        RoaringBitmap succeeded = new RoaringBitmap();
        succeeded.add((long) order.tasks().from(), order.tasks().end());
        byte[] answers = "x\n".repeat(order.count()).getBytes(StandardCharsets.UTF_8);
        return new BatchOutcome(
                order.attempt(),
                order.task().job(),
                order.tasks(),
                order.retryEpoch(),
                succeeded,
                new Output.Inline(answers),
                List.of(),
                Optional.empty(),
                "",
                Output.Inline.EMPTY,
                100);
    }

    @Test
    void aSecondRunOfABatchIsToldOnce() {
        List<WorkOrder> orders = orderedTwice(SampleJob.of(1000).filter());
        bench.report("a", List.of(LeaderBench.running(orders.getLast())), answered(orders.getFirst()));
        bench.report("a", List.of(LeaderBench.running(orders.getLast())), answered(orders.getFirst()));
        assertThat(told).isEmpty();
        bench.report("a", List.of(), answered(orders.getLast()));
        bench.report("a", List.of(), answered(orders.getLast()));
        assertThat(told)
                .containsExactly(
                        "a batch with lines 0 to 15 of job 1 ended a second time, on a: the first outcome" + " counts");
        bench.pass(Duration.ofSeconds(1));
    }
}
