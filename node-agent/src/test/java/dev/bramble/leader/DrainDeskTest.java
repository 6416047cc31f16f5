package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.DrainPreview;
import dev.bramble.ledger.BoardLife;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RefusedException;
import dev.bramble.model.SampleJob;
import dev.bramble.model.WorkOrder;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DrainDeskTest {
    private static final DrainSpec SPEC =
            new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.STAY, 1);

    private final LeaderBench bench = new LeaderBench();
    private final BlobDuty blobs = new BlobDuty(bench.leader);
    private final DrainDuty drains =
            new DrainDuty(bench.leader, blobs, new RoundDuty(bench.leader, new DrainLoads(bench.leader)), bench.voters);
    private final DrainDesk desk = new DrainDesk(bench.leader, bench.voters, drains);

    DrainDeskTest() {
        bench.ready("a", "b", "c");
    }

    private void order(DrainSpec spec, String reason, String... nodes) {
        desk.order(
                "ann", new Action.OrderDrain(Stream.of(nodes).map(NodeId::new).toList(), spec, reason));
        bench.settle();
    }

    private NodeRecord node(String name) {
        return bench.state().node(new NodeId(name)).orElseThrow();
    }

    @Test
    void orderedDrainBeginsAtOnce() {
        order(SPEC, "fan", "a");
        assertThat(node("a").standing()).isEqualTo(NodeStanding.DRAINING);
        assertThat(node("a").drain().orElseThrow().by()).isEqualTo("ann");
    }

    @Test
    void nodesOfOneOrderAreOutOneAfterTheOther() {
        order(SPEC, "fan", "a", "b");
        drains.check();
        bench.settle();
        assertThat(node("a").standing()).isEqualTo(NodeStanding.DRAINING);
        assertThat(node("b").standing()).isNotEqualTo(NodeStanding.DRAINING);
    }

    @Test
    void orderThatIsRepeatedIsDoneAndAnotherOneIsRefused() {
        order(SPEC, "fan", "a");
        long number = node("a").drain().orElseThrow().number();
        order(SPEC, "fan", "a");
        assertThat(node("a").drain().orElseThrow().number()).isEqualTo(number);
        assertThatThrownBy(() -> order(SPEC, "card", "a"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("a is being drained already, by ann (fan)");
    }

    @Test
    void orderThatNamesEveryNodeIsRefusedInFavourOfAShutdown() {
        assertThatThrownBy(() -> order(SPEC, "fan", "a", "b", "c")).hasMessageContaining("bramble shutdown");
        order(SPEC, "fan", "a", "b");
        assertThatThrownBy(() -> order(SPEC, "fan", "c")).hasMessageContaining("bramble shutdown");
    }

    @Test
    void headsAndStrangersAreNotDrained() {
        bench.append(new Command.AdmitNode(
                NodeRecord.admitted(new NodeId("h"), "desk", NodeRole.HEAD, "s", "key of h", "root", Moment.FOUNDING)));
        assertThatThrownBy(() -> order(SPEC, "fan", "h")).hasMessageContaining("desk is a head");
        assertThatThrownBy(() -> order(SPEC, "fan", "x")).hasMessageContaining("there is no node x");
    }

    @Test
    void aDeadlineIsAtRiskInWhicheverRoundItsNodesAreOut() {
        bench.submit(SampleJob.of(100).on("b").deadline(Duration.ofHours(1)));
        WorkOrder order = bench.orders("b").getFirst();
        bench.report("b", List.of(), LeaderBench.ended(order, AttemptEnd.SUCCEEDED));
        DrainSpec rounds =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.RESUME, 1);
        DrainPreview preview = desk.preview(List.of(node("a"), node("b")), rounds);
        assertThat(preview.nodes()).extracting(DrainPreview.OfNode::name).containsExactly("a", "b");
        assertThat(preview.deadlinesAtRisk())
                .singleElement()
                .satisfies(risk -> assertThat(risk.sentence()).contains("can run on no other node"));
        assertThat(desk.preview(List.of(node("a")), rounds).deadlinesAtRisk()).isEmpty();
    }

    @Test
    void allMistakesOfAnOrderAreNamedAtOnce() {
        DrainSpec bad = new DrainSpec(DrainMode.MOVE, Duration.ofDays(8), Duration.ZERO, AfterDrain.STAY, 0);
        assertThatThrownBy(() -> order(bad, " "))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().problems())
                                .extracting(problem -> problem.place())
                                .containsExactly("nodes", "reason", "deadline", "grace", "max_out"));
    }

    @Test
    void cordonAndUncordonDoNotDisturbADrain() {
        order(SPEC, "fan", "a");
        assertThatThrownBy(() -> desk.checkStanding(node("a"), NodeStanding.READY))
                .hasMessageContaining("bramble drain --cancel a");
        assertThatThrownBy(() -> desk.checkStanding(node("a"), NodeStanding.CORDONED))
                .hasMessageContaining("takes no work already");
        assertThatThrownBy(() -> desk.checkStanding(node("b"), NodeStanding.DRAINED))
                .hasMessageContaining("by itself");
        desk.checkStanding(node("b"), NodeStanding.CORDONED);
    }

    private CompletableFuture<Control.Done> orderAtOnce(String... nodes) {
        return desk.order(
                        "ann",
                        new Action.OrderDrain(Stream.of(nodes).map(NodeId::new).toList(), SPEC, "fan"))
                .toCompletableFuture();
    }

    @Test
    void anOrderWaitsForTheOneBeforeSinceTogetherTheyMightNameEveryNode() {
        orderAtOnce("a", "b");
        assertThatThrownBy(() -> orderAtOnce("c")).hasMessageContaining("another drain is being ordered");
        bench.settle();
        assertThatThrownBy(() -> orderAtOnce("c")).hasMessageContaining("bramble shutdown");
    }

    @Test
    void aShutdownOrderedBehindADrainHasANumberOfItsOwn() {
        PowerDesk power = new PowerDesk(
                bench.leader,
                desk,
                new ShutdownDuty(bench.leader, new AfterDrainDuty(bench.leader, new BlobDuty(bench.leader))));
        orderAtOnce("a", "b");
        power.shutdown(
                "ann",
                new Action.OrderShutdown(DrainMode.FINISH, Duration.ofMinutes(1), Duration.ofSeconds(30), "moving"));
        bench.settle();
        assertThat(bench.state().shutdown()).isPresent();
    }

    private void beginMaintenance(String name) {
        long number = node(name).drain().orElseThrow().number();
        NodeId id = new NodeId(name);
        bench.leader.append(new Command.StepDrain(id, number, NodeStanding.DRAINED, "safe to unplug"));
        bench.leader.append(
                new Command.BeginMaintenance(id, number, new BoardLife(name + 1, ""), "its board is told to reboot"));
    }

    @Test
    void aDrainWhoseBoardWasToldToGoDownJustBeforeIsNotCancelled() {
        order(SPEC, "fan", "a");
        beginMaintenance("a");
        CompletableFuture<Control.Done> cancelled =
                desk.cancel("bob", new NodeId("a")).toCompletableFuture();
        bench.settle();
        assertThat(cancelled)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("its board was told to go down (MAINTENANCE)");
    }

    @Test
    void aNodeThatIsAboutToGoDownIsNotUncordonedUntilItIsKnownWhatBecameOfItsBoard() {
        order(SPEC, "fan", "a");
        beginMaintenance("a");
        bench.settle();
        assertThatThrownBy(() -> desk.checkStanding(node("a"), NodeStanding.READY))
                .hasMessageContaining("about to go down, or is down: its board is told to reboot");
        bench.append(new Command.SetStanding(new NodeId("a"), NodeStanding.READY, "", "bob"));
        assertThat(node("a").standing())
                .as("a word that was given before its board was told comes too late")
                .isEqualTo(NodeStanding.MAINTENANCE);
        long number = node("a").drain().orElseThrow().number();
        bench.append(new Command.StepDrain(new NodeId("a"), number, NodeStanding.RETURNING, "it is back"));
        desk.checkStanding(node("a"), NodeStanding.READY);
    }

    @Test
    void cancelledDrainIsOverAndOneThatIsNotThereIsRefused() {
        order(SPEC, "fan", "a");
        desk.cancel("bob", new NodeId("a"));
        bench.settle();
        assertThat(node("a").standing()).isEqualTo(NodeStanding.READY);
        assertThatThrownBy(() -> desk.cancel("bob", new NodeId("a"))).hasMessageContaining("is not being drained");
    }

    @Test
    void aDrainThatIsDoneIsNotCancelledAndWhatBringsItsNodeBackIsSaid() {
        DrainSpec stay =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        order(stay, "fan", "a");
        long number = node("a").drain().orElseThrow().number();
        bench.append(new Command.StepDrain(new NodeId("a"), number, NodeStanding.DRAINED, "safe to unplug"));
        assertThatThrownBy(() -> desk.cancel("bob", new NodeId("a")))
                .hasMessage("a is drained already: `bramble uncordon a` brings it back");
        bench.leave("a");
        assertThatThrownBy(() -> desk.cancel("bob", new NodeId("a")))
                .hasMessage("a is drained already: it is off or out of reach: switch it on, then"
                        + " `bramble uncordon a` brings it back");
        assertThat(node("a").standing()).isEqualTo(NodeStanding.DRAINED);
    }
}
