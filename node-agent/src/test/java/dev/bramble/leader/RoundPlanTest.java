package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.BoardLife;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoundPlanTest {
    private final LedgerState state = new LedgerState();
    private final TreeMap<NodeId, Integer> milliCpus = new TreeMap<>();

    RoundPlanTest() {
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            apply(new Command.AdmitNode(NodeRecord.admitted(
                    new NodeId(name), name, NodeRole.AGENT, name, "key of " + name, "root", Moment.FOUNDING)));
            milliCpus.put(new NodeId(name), 4000);
        }
    }

    private void apply(Command command) {
        state.apply(new Entry(Moment.FOUNDING, List.of(command)));
    }

    private static List<NodeId> ids(String names) {
        return Arrays.stream(names.split(""))
                .filter(name -> !name.isEmpty())
                .map(NodeId::new)
                .toList();
    }

    private void order(String names, AfterDrain then, int maxOut) {
        DrainSpec spec = new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(1), Duration.ofSeconds(5), then, maxOut);
        apply(new Command.OrderDrain(state.nextDrain(), ids(names), spec, "dust", "ada"));
    }

    private void step(String name, NodeStanding next, String why) {
        NodeRecord node = state.node(new NodeId(name)).orElseThrow();
        apply(new Command.StepDrain(node.node(), node.drain().orElseThrow().number(), next, why));
        assertThat(state.node(new NodeId(name)).orElseThrow().standing()).isEqualTo(next);
    }

    private void drained(String name) {
        step(name, NodeStanding.DRAINING, "");
        step(name, NodeStanding.DRAINED, "");
    }

    private void told(String name) {
        NodeRecord node = state.node(new NodeId(name)).orElseThrow();
        long number = node.drain().orElseThrow().number();
        apply(new Command.BeginMaintenance(node.node(), number, new BoardLife("1", ""), "told"));
    }

    /** The plan when the waiting nodes move least in this order. */
    private RoundPlan plan(String waiting) {
        return RoundPlan.of(state.nodes().values(), ids(waiting), milliCpus);
    }

    @Test
    void asManyBeginAsMayBeOutTheOnesThatMoveLeastFirst() {
        order("abcd", AfterDrain.STAY, 2);
        assertThat(plan("cadb").begin()).isEqualTo(ids("ca"));
    }

    @Test
    void drainingMaintenanceAndReturningNodesAreOutAndOneThatStaysDrainedIsNot() {
        order("abcd", AfterDrain.REBOOT, 1);
        step("a", NodeStanding.DRAINING, "");
        assertThat(plan("bcd").begin()).isEmpty();
        step("a", NodeStanding.DRAINED, "");
        assertThat(plan("bcd").begin()).as("its reboot is to come").isEmpty();
        told("a");
        assertThat(plan("bcd").begin()).isEmpty();
        step("a", NodeStanding.RETURNING, "");
        assertThat(plan("bcd").begin()).isEmpty();
        step("a", NodeStanding.READY, "");
        assertThat(plan("bcd").begin()).isEqualTo(ids("b"));

        order("ef", AfterDrain.STAY, 1);
        drained("e");
        assertThat(plan("f").begin()).as("e stays drained").isEqualTo(ids("f"));
    }

    @Test
    void aNodeThatIsToPowerOffIsOutUntilItIsOff() {
        order("ab", AfterDrain.POWEROFF, 1);
        drained("a");
        assertThat(plan("b").begin()).isEmpty();
        told("a");
        assertThat(plan("b").begin()).isEmpty();
        step("a", NodeStanding.DRAINED, "it is off");
        assertThat(plan("b").begin()).isEqualTo(ids("b"));
    }

    @Test
    void theMostCarefulOfTheOrdersConcernedHoldsForAllThatAreOut() {
        order("ab", AfterDrain.STAY, 1);
        order("cd", AfterDrain.STAY, 2);
        step("a", NodeStanding.DRAINING, "");
        RoundPlan plan = plan("bcd");
        assertThat(plan.begin()).isEmpty();
        assertThat(plan.waits().get(new NodeId("c"))).isEqualTo("its turn, after a: at most 1 node is out at a time");
        step("a", NodeStanding.DRAINED, "");
        assertThat(plan("cdb").begin()).as("none is out but theirs").isEqualTo(ids("cd"));
        step("c", NodeStanding.DRAINING, "");
        assertThat(plan("bd").begin()).as("b would be the second").isEqualTo(ids("d"));
    }

    @Test
    void ordersOfOneNodeEachNeverTakeMoreThanHalfOfThoseThatCouldWork() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            order(name, AfterDrain.REBOOT, 9);
        }
        RoundPlan plan = plan("abcde");
        assertThat(plan.begin()).isEqualTo(ids("abc"));
        assertThat(plan.cordon()).isEmpty();
        assertThat(plan.waits().get(new NodeId("d")))
                .isEqualTo("its turn, after a, b, c: at most half of the nodes that could work are out at a time");
        milliCpus.remove(new NodeId("f"));
        assertThat(plan("abcde").begin()).as("f is down").isEqualTo(ids("ab"));
        milliCpus.clear();
        assertThat(plan("abcde").begin()).as("nobody has reported yet").isEqualTo(ids("a"));
    }

    @Test
    void oneThatIsStuckCountsAmongThoseThatDoNotWork() {
        order("a", AfterDrain.STAY, 1);
        step("a", NodeStanding.DRAINING, "");
        step("a", NodeStanding.EXPIRED, "a file has no other copy");
        order("bcde", AfterDrain.REBOOT, 9);
        assertThat(plan("bcde").begin()).isEqualTo(ids("bc"));
    }

    @Test
    void nodesThatDidNotWorkBeforeTakeNothingAway() {
        milliCpus.keySet().retainAll(ids("ab"));
        apply(new Command.SetStanding(new NodeId("b"), NodeStanding.CORDONED, "noisy", "ada"));
        order("ab", AfterDrain.STAY, 2);
        assertThat(plan("ab").begin()).isEqualTo(ids("ab"));
    }

    @Test
    void oneThatIsStuckStopsTheRestOfItsOrderAndSaysWhatToDo() {
        order("abc", AfterDrain.REBOOT, 2);
        drained("a");
        told("a");
        step("a", NodeStanding.CORDONED, "it did not come back within 10 min");
        RoundPlan plan = plan("bc");
        assertThat(plan.begin()).isEmpty();
        assertThat(plan.cordon()).isEmpty();
        assertThat(plan.waits().get(new NodeId("b")))
                .isEqualTo("a, which is CORDONED: it did not come back within 10 min; uncordon it or cancel its"
                        + " drain, and the others follow");
        apply(new Command.SetStanding(new NodeId("a"), NodeStanding.READY, "", "ada"));
        assertThat(plan("bc").begin()).isEqualTo(ids("bc"));
    }

    @Test
    void anExpiredOrQuarantinedDrainStopsTheRest() {
        order("abc", AfterDrain.STAY, 3);
        step("a", NodeStanding.DRAINING, "");
        step("a", NodeStanding.EXPIRED, "a file has no other copy");
        assertThat(plan("bc").begin()).isEmpty();
        step("a", NodeStanding.QUARANTINED, "a process cannot be killed");
        assertThat(plan("bc").begin()).isEmpty();
        step("a", NodeStanding.DRAINED, "");
        assertThat(plan("bc").begin()).isEqualTo(ids("bc"));
    }

    @Test
    void theNextOnesAreCordonedAheadWithinHalfOfWhatIsUp() {
        order("abcde", AfterDrain.REBOOT, 2);
        RoundPlan first = plan("abcde");
        assertThat(first.begin()).isEqualTo(ids("ab"));
        assertThat(first.cordon()).as("a third is out, one more makes half").isEqualTo(ids("c"));
        assertThat(first.waits().get(new NodeId("d")))
                .isEqualTo("its turn, after a, b: at most 2 nodes are out at a time");
        milliCpus.remove(new NodeId("f"));
        assertThat(plan("abcde").cordon())
                .as("f is down: three of five are more than half")
                .isEmpty();
    }

    @Test
    void whoeverWaitsAndStillWorksLeavesSoon() {
        order("ab", AfterDrain.REBOOT, 1);
        step("a", NodeStanding.DRAINING, "");
        assertThat(state.nodes().values().stream().filter(RoundPlan::leavesSoon))
                .extracting(NodeRecord::name)
                .containsExactly("b");
    }
}
