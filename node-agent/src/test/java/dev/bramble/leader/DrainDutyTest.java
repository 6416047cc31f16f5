package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainDutyTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final DrainSpec SPEC =
            new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(5), Duration.ofSeconds(5), AfterDrain.STAY, 1);

    private final LeaderBench bench = new LeaderBench();
    private final BlobDuty blobs = new BlobDuty(bench.leader);
    private final DrainDuty duty =
            new DrainDuty(bench.leader, blobs, new RoundDuty(bench.leader, new DrainLoads(bench.leader)), bench.voters);

    private Message.DrainSoft soft() {
        bench.pass(Duration.ofSeconds(6));
        duty.check();
        return duty.soft().getFirst();
    }

    @Test
    void aDrainedNodeIsNoLongerSafeToUnplugOnceItHasTheOnlyCopyOfAFile() {
        bench.ready("a");
        bench.ready("b");
        bench.ready("c");
        long drain = bench.state().nextDrain();
        bench.append(new Command.OrderDrain(drain, List.of(A), SPEC, "fan", "ada"));
        bench.append(new Command.StepDrain(A, drain, NodeStanding.DRAINING, ""));
        bench.append(new Command.HoldBlob(
                new BlobId("%064x".formatted(1)), 4096, "ada", List.of(A, B), new Moment(Long.MAX_VALUE / 2)));
        bench.append(new Command.StepDrain(A, drain, NodeStanding.DRAINED, "safe to unplug: all is elsewhere"));
        assertThat(soft().waitsFor()).isEmpty();
        assertThat(soft().proof()).containsExactly("safe to unplug: all is elsewhere");
        assertThat(soft().standing()).contains(NodeStanding.DRAINED);
        bench.leave("b");
        assertThat(soft().waitsFor())
                .containsExactly("leave it plugged in: 1 file that it holds has no copy on a node that is up and stays;"
                        + " copying goes on");
        assertThat(soft().proof()).isEmpty();
        bench.ready("b");
        assertThat(soft().waitsFor()).as("the other copy is back").isEmpty();
        bench.leave("b");
        bench.leave("a");
        assertThat(soft().waitsFor()).as("it is unplugged already").isEmpty();
    }

    @Test
    void ofAStoppedTaskWhatIsLeftOfItsGraceIsForecast() {
        bench.ready("a", "b");
        bench.submit(SampleJob.of(1));
        String on = bench.orders("a").isEmpty() ? "b" : "a";
        WorkOrder order = bench.orders(on).getFirst();
        bench.report(on, List.of(LeaderBench.running(order)));
        DrainSpec move =
                new DrainSpec(DrainMode.MOVE, Duration.ofMinutes(5), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        long drain = bench.state().nextDrain();
        bench.append(new Command.OrderDrain(drain, List.of(new NodeId(on)), move, "fan", "ada"));
        bench.append(new Command.StepDrain(new NodeId(on), drain, NodeStanding.DRAINING, ""));
        duty.check();
        long atFirst = duty.soft().getFirst().etaMillis();
        assertThat(atFirst).isBetween(29_000L, 30_000L);
        assertThat(soft().etaMillis()).isBetween(atFirst - 6_100, atFirst - 5_900);
        bench.pass(Duration.ofSeconds(60));
        assertThat(soft().etaMillis()).as("it is over").isZero();
    }
}
