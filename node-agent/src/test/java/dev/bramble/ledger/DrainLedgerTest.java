package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORMapper;

class DrainLedgerTest {
    private static final NodeId PI1 = new NodeId("n1");
    private static final NodeId PI2 = new NodeId("n2");
    private static final NodeId HEAD = new NodeId("h1");
    private static final DrainSpec SPEC =
            new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.STAY, 1);

    private final LedgerState state = new LedgerState();
    private long nowMillis;

    DrainLedgerTest() {
        admit(PI1, NodeRole.AGENT);
        admit(PI2, NodeRole.AGENT);
        admit(HEAD, NodeRole.HEAD);
    }

    private void admit(NodeId node, NodeRole role) {
        apply(new Command.AdmitNode(
                NodeRecord.admitted(node, node.value(), role, "s", "key of " + node, "root", Moment.FOUNDING)));
    }

    private void apply(Command... commands) {
        nowMillis += 1000;
        state.apply(new Entry(now(), List.of(commands)));
    }

    private Moment now() {
        return Moment.FOUNDING.plus(Duration.ofMillis(nowMillis));
    }

    private NodeRecord node(NodeId node) {
        return state.node(node).orElseThrow();
    }

    private void order(NodeId... nodes) {
        apply(new Command.OrderDrain(state.nextDrain(), List.of(nodes), SPEC, "new fan", "ann"));
    }

    private void step(NodeId node, NodeStanding next, String why) {
        apply(new Command.StepDrain(node, node(node).drain().orElseThrow().number(), next, why));
    }

    private EventKind lastEvent() {
        return state.events().newestFirst().iterator().next().what().kind();
    }

    @Test
    void orderedDrainWaitsForItsTurnAndNodesOfOneOrderBelongTogether() {
        order(PI1, PI2);
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.READY);
        DrainRecord first = node(PI1).drain().orElseThrow();
        DrainRecord second = node(PI2).drain().orElseThrow();
        assertThat(first.order()).isEqualTo(first.number()).isEqualTo(second.order());
        assertThat(second.number()).isEqualTo(first.number() + 1);
        assertThat(first.hasBegun()).isFalse();
        assertThat(first.reason()).isEqualTo("new fan");
        assertThat(first.by()).isEqualTo("ann");
        assertThat(lastEvent()).isEqualTo(EventKind.DRAIN_ORDERED);
    }

    @Test
    void aNodeThatRebootedIsToldToBeBackOnce() {
        apply(new Command.NodeArrived(PI1, "a"));
        order(PI1);
        step(PI1, NodeStanding.DRAINING, "");
        step(PI1, NodeStanding.DRAINED, "");
        step(PI1, NodeStanding.MAINTENANCE, "");
        apply(new Command.NodeLost(PI1, "a", "its agent said goodbye", true));
        apply(new Command.NodeArrived(PI1, "b"));
        step(PI1, NodeStanding.RETURNING, "its board has rebooted");
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.RETURNING);
        assertThat(state.events().after(0))
                .filteredOn(event -> event.what().kind() == EventKind.NODE_RETURNED)
                .singleElement()
                .satisfies(event -> assertThat(event.what().text()).contains("is back after 1 s"));
        assertThat(state.presence(PI1).orElseThrow().lossScore()).isZero();
    }

    @Test
    void orderAppliedTwiceChangesNothing() {
        Command.OrderDrain order = new Command.OrderDrain(state.nextDrain(), List.of(PI1), SPEC, "new fan", "ann");
        apply(order);
        apply(new Command.CancelDrain(PI1, 1, "ann"));
        apply(order);
        assertThat(node(PI1).drain()).isEmpty();
        assertThat(state.nextDrain()).isEqualTo(2);
    }

    @Test
    void headsAndNodesThatAreBeingDrainedAreLeftAlone() {
        order(PI1);
        order(PI1, HEAD);
        assertThat(node(PI1).drain().orElseThrow().number()).isEqualTo(1);
        assertThat(node(HEAD).drain()).isEmpty();
    }

    @Test
    void deadlineCountsFromTheBeginningOfTheNodesOwnDrain() {
        order(PI1);
        nowMillis += 60_000;
        step(PI1, NodeStanding.DRAINING, "2 tasks run");
        assertThat(node(PI1).drain().orElseThrow().deadline()).contains(now().plus(Duration.ofMinutes(15)));
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.DRAINING);
        assertThat(node(PI1).standingReason()).isEqualTo("2 tasks run");
        assertThat(node(PI1).standingBy()).isEqualTo("ann");
        assertThat(node(PI1).standingSince()).isEqualTo(now());
    }

    @Test
    void stepOfAnotherDrainOrFromAnotherStandingChangesNothing() {
        order(PI1);
        apply(new Command.StepDrain(PI1, 7, NodeStanding.DRAINING, "old"));
        apply(new Command.StepDrain(PI1, 1, NodeStanding.DRAINED, "too soon"));
        apply(new Command.StepDrain(PI2, 1, NodeStanding.DRAINING, "no drain"));
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.READY);
        assertThat(node(PI2).standing()).isEqualTo(NodeStanding.READY);
    }

    @Test
    void cancelledDrainReturnsTheNodeAsItWasBefore() {
        order(PI1);
        step(PI1, NodeStanding.DRAINING, "");
        apply(new Command.CancelDrain(PI1, 1, "bob"));
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.READY);
        assertThat(node(PI1).drain()).isEmpty();
        assertThat(lastEvent()).isEqualTo(EventKind.DRAIN_CANCELLED);

        apply(new Command.SetStanding(PI2, NodeStanding.CORDONED, "noisy", "bob"));
        Moment cordoned = now();
        order(PI2);
        step(PI2, NodeStanding.DRAINING, "");
        step(PI2, NodeStanding.EXPIRED, "1 file has no other copy");
        assertThat(node(PI2).standingBy()).isEqualTo(Happening.BRAMBLE);
        apply(new Command.CancelDrain(PI2, node(PI2).drain().orElseThrow().number(), "ann"));
        assertThat(node(PI2).standing()).isEqualTo(NodeStanding.CORDONED);
        assertThat(node(PI2).standingReason()).isEqualTo("noisy");
        assertThat(node(PI2).standingBy()).isEqualTo("bob");
        assertThat(node(PI2).standingSince()).isEqualTo(cordoned);
    }

    @Test
    void drainIsNotCancelledOnceTheBoardWasToldToGoDown() {
        order(PI1);
        step(PI1, NodeStanding.DRAINING, "");
        step(PI1, NodeStanding.DRAINED, "");
        step(PI1, NodeStanding.MAINTENANCE, "");
        apply(new Command.CancelDrain(PI1, 1, "bob"));
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.MAINTENANCE);
    }

    @Test
    void uncordonReturnsADrainedNodeAndLeavesOneThatIsBeingDrained() {
        order(PI1);
        step(PI1, NodeStanding.DRAINING, "");
        apply(new Command.SetStanding(PI1, NodeStanding.READY, "", "bob"));
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.DRAINING);
        apply(new Command.SetStanding(PI1, NodeStanding.CORDONED, "x", "bob"));
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.DRAINING);
        step(PI1, NodeStanding.DRAINED, "nothing is left");
        assertThat(lastEvent()).isEqualTo(EventKind.NODE_DRAINED);
        apply(new Command.SetStanding(PI1, NodeStanding.READY, "", "bob"));
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.READY);
        assertThat(node(PI1).drain()).isEmpty();
        assertThat(lastEvent()).isEqualTo(EventKind.NODE_UNCORDONED);
    }

    @Test
    void cordonOfANodeWhoseDrainWaitsOutlivesTheDrain() {
        order(PI1);
        apply(new Command.SetStanding(PI1, NodeStanding.CORDONED, "noisy", "bob"));
        step(PI1, NodeStanding.DRAINING, "");
        apply(new Command.CancelDrain(PI1, 1, "ann"));
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.CORDONED);
    }

    @Test
    void onlyDrainsDrain() {
        for (NodeStanding standing : NodeStanding.values()) {
            if (!List.of(NodeStanding.READY, NodeStanding.CORDONED, NodeStanding.QUARANTINED)
                    .contains(standing)) {
                apply(new Command.SetStanding(PI1, standing, "by hand", "bob"));
                assertThat(node(PI1).standing()).isEqualTo(NodeStanding.READY);
            }
        }
    }

    @Test
    void copiesOfALeavingNodeCountAgainWhenItIsBack() {
        order(PI1);
        assertThat(node(PI1).isLeaving()).isFalse();
        step(PI1, NodeStanding.DRAINING, "");
        assertThat(node(PI1).isLeaving()).isTrue();
        step(PI1, NodeStanding.QUARANTINED, "a process cannot be killed");
        assertThat(node(PI1).isLeaving()).isTrue();
        apply(new Command.SetStanding(PI1, NodeStanding.READY, "", "bob"));
        apply(new Command.SetStanding(PI1, NodeStanding.QUARANTINED, "it came and went 4 times", "bramble"));
        assertThat(node(PI1).isLeaving()).isFalse();
    }

    @Test
    void aStepOfTheBrambleThatComesLateChangesNothingThatSomebodyDecidedMeanwhile() {
        Command aside = new Command.SetStanding(PI1, NodeStanding.QUARANTINED, "it comes and goes", "bramble");
        Command back = new Command.SetStanding(PI1, NodeStanding.READY, "it has been up steadily", "bramble");
        apply(aside);
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.QUARANTINED);
        apply(back);
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.READY);
        apply(new Command.SetStanding(PI1, NodeStanding.CORDONED, "noisy", "bob"));
        apply(aside);
        apply(back);
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.CORDONED);
        assertThat(node(PI1).standingBy()).isEqualTo("bob");
        apply(new Command.SetStanding(PI1, NodeStanding.READY, "", "bob"));
        apply(aside);
        order(PI1);
        apply(back);
        assertThat(node(PI1).standing()).isEqualTo(NodeStanding.QUARANTINED);
        assertThat(node(PI1).drain()).isPresent();
    }

    @Test
    void onlyTheLastNodeIsStoppedInPlace() {
        order(PI1);
        step(PI1, NodeStanding.DRAINING, "");
        step(PI1, NodeStanding.DRAINED, "");
        assertThat(node(PI1).drain().orElseThrow().inPlace()).isFalse();
        apply(new Command.ForgetNode(PI1, "ann"));
        order(PI2);
        step(PI2, NodeStanding.DRAINING, "");
        step(PI2, NodeStanding.DRAINED, "");
        assertThat(node(PI2).drain().orElseThrow().inPlace()).isTrue();
    }

    @Test
    void forgottenNodeHasNoDrain() {
        order(PI1);
        apply(new Command.ForgetNode(PI1, "ann"));
        assertThat(state.nodes().get(PI1).drain()).isEmpty();
    }

    @Test
    void drainSurvivesASnapshotAndOlderSnapshotsHaveNone() {
        order(PI1);
        step(PI1, NodeStanding.DRAINING, "");
        CborCodec codec = new CborCodec();
        byte[] bytes = codec.encodeImage(state.image());
        LedgerState back = LedgerState.of(codec.decodeImage(bytes));
        assertThat(back.image()).isEqualTo(state.image());
        assertThat(back.nextDrain()).isEqualTo(2);

        CBORMapper mapper = new CBORMapper();
        ObjectNode older = (ObjectNode) mapper.readTree(bytes);
        assertThat(older.remove("nextDrain")).isNotNull();
        for (JsonNode each : older.get("nodes")) {
            assertThat(((ObjectNode) each).remove("drain")).isNotNull();
        }
        LedgerState old = LedgerState.of(codec.decodeImage(mapper.writeValueAsBytes(older)));
        assertThat(old.node(PI1).orElseThrow().drain()).isEqualTo(Optional.empty());
        assertThat(old.nextDrain()).isEqualTo(1);
    }
}
