package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import dev.bramble.scheduler.Places;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AwayCheckpointsTest {
    private static final JobId JOB = new JobId(1);

    private final LeaderBench bench = new LeaderBench();

    /** Task 0 was stopped on a, left a checkpoint there, and a is gone; task 1 never ran. */
    private void leftOnA() {
        bench.ready("a");
        bench.submit(SampleJob.of(2).needs(2000, 0).leavesCheckpoints());
        WorkOrder order = bench.orders("a").getFirst();
        assertThat(order.task().index()).isZero();
        Output.Stored file = new Output.Stored(new BlobId("aa".repeat(32)), 1, List.of(new NodeId("a")), "");
        AttemptOutcome stopped = new AttemptOutcome(
                order.attempt(),
                order.task(),
                0,
                AttemptEnd.KILLED,
                85,
                "",
                10,
                Output.Inline.EMPTY,
                Output.Inline.EMPTY,
                false,
                List.of(),
                Optional.of(new Checkpoint(List.of(new AttemptOutcome.KeptFile("state", file, false)))));
        bench.reportAtOnce("a", Long.MAX_VALUE, List.of(), stopped);
        bench.settle();
        bench.leave("a");
    }

    private List<Integer> granted(String node) {
        return bench.orders(node).stream().map(order -> order.task().index()).toList();
    }

    private String waitingBecause() {
        JobQueue queue = bench.leader.queues().get(JOB);
        return bench.leader
                .planning()
                .waitingBecause(queue, new Places(bench.leader.planning().offers()));
    }

    @Test
    void aTaskWaitsForTheNodeThatHasItsCheckpointAndHoldsNoPlace() {
        leftOnA();
        bench.ready("b");
        assertThat(granted("b")).containsExactly(1);
        WorkOrder other = bench.orders("b").getFirst();
        bench.report("b", List.of(), LeaderBench.ended(other, AttemptEnd.SUCCEEDED));
        bench.report("b");
        assertThat(granted("b")).containsExactly(1);
        assertThat(waitingBecause()).isEqualTo("its task 0 goes on from a checkpoint that only a has, which is away");
        int before = bench.orders("a").size() + bench.orders("b").size();
        bench.join("a", 2);
        bench.report("a");
        assertThat(bench.orders("a").size() + bench.orders("b").size()).isEqualTo(before + 1);
        assertThat(waitingBecause()).doesNotContain("checkpoint");
    }
}
