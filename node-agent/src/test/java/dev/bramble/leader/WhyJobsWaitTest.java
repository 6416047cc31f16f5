package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.Command;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import dev.bramble.model.SampleJob;
import dev.bramble.scheduler.Places;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WhyJobsWaitTest {
    private final LeaderBench bench = new LeaderBench();

    private String waitingBecause(JobId job) {
        Planning planning = bench.leader.planning();
        return planning.waitingBecause(bench.leader.queues().get(job), new Places(planning.offers()));
    }

    private void runAll(String node) {
        bench.report(node, bench.orders(node).stream().map(LeaderBench::running).toList());
    }

    private void cordon(String node) {
        bench.append(new Command.SetStanding(new NodeId(node), NodeStanding.CORDONED, "new fan", "ada"));
    }

    @Test
    void thatATaskWaitsForItsTurnBehindOthersIsNotSaid() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(100));
        assertThat(waitingBecause(job)).isEqualTo("its tasks are on their way to nodes");
        runAll("a");
        assertThat(bench.leader.queues().get(job).supply().hasNext()).isTrue();
        assertThat(waitingBecause(job)).isEmpty();
    }

    @Test
    void thatWhatIsLeftCanRunNowhereIsSaidWhileOthersRun() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(100));
        JobId small = bench.submit(SampleJob.of(1));
        runAll("a");
        cordon("a");
        assertThat(waitingBecause(job)).isEqualTo("no node takes work now");
        assertThat(waitingBecause(small)).isEqualTo("no node takes work now");
    }

    @Test
    void whoIsOutBecauseOfItsBoardIsNamed() {
        bench.ready("a", "b");
        bench.append(new Command.SetStanding(
                new NodeId("b"), NodeStanding.CORDONED, "its processor is hot, 85 °C: it gets no new work", "bramble"));
        bench.submit(SampleJob.of(2));
        runAll("a");
        assertThat(waitingBecause(bench.submit(SampleJob.of(1))))
                .isEqualTo("all nodes that can run it are busy; b gets no work: its processor is hot, 85 °C");
    }

    @Test
    void lastTasksThatWaitForFasterNodesSaySo() {
        Reading none = Reading.unknown("test");
        bench.ready("a", "b");
        bench.report(
                "b",
                Optional.of(new BoardHealth(
                        "board",
                        "boot",
                        none,
                        Reading.known(0.2),
                        none,
                        none,
                        none,
                        none,
                        none,
                        none,
                        none,
                        none,
                        none)));
        JobId job = bench.submit(SampleJob.of(3));
        assertThat(bench.orders("b")).isEmpty();
        runAll("a");
        assertThat(waitingBecause(job))
                .isEqualTo("its last tasks wait for faster nodes: on b, which has room, they would end later");
    }

    @Test
    void nothingIsSaidOfAJobAllOfWhoseTasksRun() {
        bench.ready("a");
        JobId job = bench.submit(SampleJob.of(1));
        runAll("a");
        cordon("a");
        assertThat(waitingBecause(job)).isEmpty();
    }

    @Test
    void thatOneTaskMayNotRunYetIsSaidWhileOthersRun() {
        bench.ready("a", "b");
        JobId job = bench.submit(SampleJob.of(8).exclusive());
        runAll("a");
        runAll("b");
        assertThat(List.of(bench.orders("a").size(), bench.orders("b").size())).doesNotContain(0);
        assertThat(waitingBecause(job)).isEmpty();
        bench.orders("a").forEach(order -> bench.askLease("a", 1, 1, order.attempt()));
        bench.leave("a");
        assertThat(bench.leader.queues().get(job).running()).isPositive();
        assertThat(waitingBecause(job)).contains("may still run on a, which is out of touch: it is exclusive");
    }
}
