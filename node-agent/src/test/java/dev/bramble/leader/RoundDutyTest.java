package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.Command;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoundDutyTest {
    private static final Duration PULSES = Duration.ofSeconds(3);
    private static final DrainSpec SPEC =
            new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(1), Duration.ofSeconds(5), AfterDrain.STAY, 1);

    private final LeaderBench bench = new LeaderBench();
    private final RoundDuty duty = new RoundDuty(bench.leader, new DrainLoads(bench.leader));

    RoundDutyTest() {
        bench.ready("head", "a", "b", "c", "d", "e");
        bench.leader.withEveryPulse(duty::check);
    }

    private void order(String... nodes) {
        bench.append(new Command.OrderDrain(
                bench.state().nextDrain(), Stream.of(nodes).map(NodeId::new).toList(), SPEC, "dust", "ada"));
        bench.pass(PULSES);
    }

    private void step(String node, NodeStanding next, String why) {
        NodeId id = new NodeId(node);
        long drain = bench.state().node(id).orElseThrow().drain().orElseThrow().number();
        bench.append(new Command.StepDrain(id, drain, next, why));
        bench.pass(PULSES);
    }

    private List<NodeStanding> standings(String... nodes) {
        return Stream.of(nodes)
                .map(node -> bench.state().node(new NodeId(node)).orElseThrow().standing())
                .toList();
    }

    @Test
    void oneIsOutTheNextIsCordonedAheadAndTheLastStillWorks() {
        order("a", "b", "c");
        assertThat(standings("a", "b", "c"))
                .containsExactly(NodeStanding.DRAINING, NodeStanding.CORDONED, NodeStanding.READY);
        assertThat(duty.waitsFor(new NodeId("c"))).contains("its turn, after a: at most 1 node is out at a time");
        step("a", NodeStanding.DRAINED, "all is elsewhere");
        assertThat(standings("a", "b", "c"))
                .containsExactly(NodeStanding.DRAINED, NodeStanding.DRAINING, NodeStanding.CORDONED);
        step("b", NodeStanding.DRAINED, "all is elsewhere");
        assertThat(standings("c")).containsExactly(NodeStanding.DRAINING);
        assertThat(duty.waitsFor(new NodeId("c"))).isEmpty();
    }

    @Test
    void theOneThatMovesLeastComesFirst() {
        bench.submit(SampleJob.of(1));
        String busy = Stream.of("head", "a", "b", "c", "d", "e")
                .filter(node -> !bench.orders(node).isEmpty())
                .findFirst()
                .orElseThrow();
        String idle = busy.equals("a") ? "b" : "a";
        WorkOrder task = bench.orders(busy).getFirst();
        bench.report(busy, List.of(LeaderBench.running(task)));
        order(busy, idle);
        assertThat(standings(busy, idle)).containsExactly(NodeStanding.CORDONED, NodeStanding.DRAINING);
    }

    @Test
    void oneThatIsStuckStopsTheRestOfItsOrderAndNoOther() {
        order("a", "b");
        step("a", NodeStanding.EXPIRED, "2 files have no other copy");
        assertThat(standings("a", "b")).containsExactly(NodeStanding.EXPIRED, NodeStanding.CORDONED);
        assertThat(duty.waitsFor(new NodeId("b")).orElseThrow())
                .startsWith("a, which is EXPIRED: 2 files have no other copy");
        order("c");
        assertThat(standings("c")).containsExactly(NodeStanding.DRAINING);
        bench.append(new Command.SetStanding(new NodeId("a"), NodeStanding.READY, "", "ada"));
        bench.pass(PULSES);
        assertThat(duty.waitsFor(new NodeId("b"))).contains("its turn, after c: at most 1 node is out at a time");
        step("c", NodeStanding.DRAINED, "all is elsewhere");
        assertThat(standings("a", "b")).containsExactly(NodeStanding.READY, NodeStanding.DRAINING);
    }

    @Test
    void nothingIsWrittenWhileNobodysTurnComes() {
        order("a", "b", "c");
        long index = bench.leader.appliedIndex();
        bench.pass(Duration.ofMinutes(1));
        assertThat(bench.leader.appliedIndex()).isEqualTo(index);
    }
}
