package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.leader.LeaderProbe;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.SampleJob;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The eight sentences of the drain contract, a test each, on a whole bramble under virtual time. */
class DrainContractTest {
    /** The simulation expects no rerun of anything while nothing is to go wrong: here disks and nodes do. */
    private static final Faults DRAINS_ONLY = Faults.NONE.withDrains(new SplittableRandom(3));

    private static final Duration FOR_EVER = Duration.ofHours(1);
    private static final NodeId FOURTH = new NodeId("n004");

    DrainContractTest() {
        assertThat(DRAINS_ONLY).isNotEqualTo(Faults.NONE);
    }

    private Simulation bramble = started(4, 3);
    private int jobs;

    private static Simulation started(int nodes, int voters) {
        Simulation bramble = new Simulation(
                        new SimOptions(7, nodes, voters, 0, 24, FOR_EVER, DRAINS_ONLY, false, false))
                .rerunBy("-Dtest=DrainContractTest");
        bramble.nodes().forEach(SimNode::start);
        until(
                bramble,
                Duration.ofSeconds(30),
                () -> bramble.invariants.front().nodes().size() == nodes
                        && bramble.invariants.front().tokens().size() > 0);
        return bramble;
    }

    private static void until(Simulation bramble, Duration limit, BooleanSupplier isDone) {
        long end = bramble.time.nanos() + limit.toNanos();
        while (!isDone.getAsBoolean()) {
            assertThat(bramble.time.nanos()).as("virtual nanoseconds").isLessThan(end);
            bramble.time.step();
            assertThat(bramble.invariants.violation()).isNull();
        }
    }

    private void until(Duration limit, BooleanSupplier isDone) {
        until(bramble, limit, isDone);
    }

    private void pass(Duration duration) {
        boolean[] over = {false};
        bramble.time.after(duration, () -> over[0] = true);
        until(duration.plusSeconds(60), () -> over[0]);
    }

    /** A job of {@code tasks} tasks that run about so long each, with one try, and print more than rides along. */
    private void submit(int tasks, Duration each, boolean ignoresTerm) {
        Behaviour behaviour = new Behaviour(each.toMillis(), 0, 9000, 0, ignoresTerm);
        JobPlan plan = new JobPlan(
                "key" + ++jobs,
                "ada",
                SampleJob.of(tasks).command(behaviour.command()).attempts(1).spec(),
                false,
                Duration.ofMillis(1),
                Optional.empty(),
                0,
                false);
        bramble.client.begin(List.of(plan));
        until(Duration.ofSeconds(10), () -> job() != null && bramble.invariants.runningOn(FOURTH) > 0);
    }

    private JobRecord job() {
        return bramble.invariants.front().activeJobs().stream()
                .findFirst()
                .or(() -> bramble.invariants.front().jobs().values().stream().findFirst())
                .orElse(null);
    }

    private void untilJobSucceeds() {
        until(Duration.ofMinutes(10), () -> job().phase().isFinal());
        assertThat(job().phase()).isEqualTo(JobPhase.SUCCEEDED);
        assertThat(job().succeededTasks()).isEqualTo(job().spec().tasks().count());
    }

    private void drain(NodeId node, DrainMode mode, Duration deadline, Duration grace) {
        bramble.client.operate(new Action.OrderDrain(
                List.of(node), new DrainSpec(mode, deadline, grace, AfterDrain.STAY, 1), "new fan"));
        until(Duration.ofSeconds(10), () -> node(node).standing() == NodeStanding.DRAINING);
    }

    private NodeRecord node(NodeId node) {
        return bramble.invariants.front().node(node).orElseThrow();
    }

    private void untilStanding(NodeId node, NodeStanding standing, Duration limit) {
        until(limit, () -> node(node).standing() == standing);
    }

    private SimNode leader() {
        until(
                Duration.ofSeconds(30),
                () -> bramble.nodes().stream().anyMatch(node -> node.leading().isPresent()));
        return bramble.nodes().stream()
                .filter(node -> node.leading().isPresent())
                .findFirst()
                .orElseThrow();
    }

    private boolean isAcknowledged(NodeId node) {
        return bramble.nodes().stream()
                .flatMap(each -> each.leading().stream())
                .anyMatch(leader -> LeaderProbe.acknowledged(leader).contains(node));
    }

    @Test
    void sentence1AcknowledgedMeansThatNoTaskStartsThereAlsoWhenTheLeaderChanges() {
        submit(300, Duration.ofSeconds(2), false);
        drain(FOURTH, DrainMode.FINISH, Duration.ofMinutes(5), Duration.ofSeconds(5));
        until(Duration.ofSeconds(2), () -> isAcknowledged(FOURTH));
        long before = bramble.invariants.startsOn(FOURTH);
        SimNode old = leader();
        old.crash();
        until(Duration.ofSeconds(30), () -> leader() != old);
        old.start();
        pass(Duration.ofSeconds(40));
        assertThat(bramble.invariants.startsOn(FOURTH)).isEqualTo(before);
        assertThat(bramble.invariants.starts()).isGreaterThan(before + 40);
    }

    @Test
    void sentence2EveryTaskEndsHereOrElsewhereAndNoneIsDropped() {
        submit(40, Duration.ofSeconds(8), false);
        drain(FOURTH, DrainMode.FINISH, Duration.ofSeconds(4), Duration.ofSeconds(5));
        untilJobSucceeds();
        untilStanding(FOURTH, NodeStanding.DRAINED, Duration.ofMinutes(1));
        // Tasks that were stopped there ran once more somewhere.
        assertThat(bramble.invariants.starts()).isGreaterThan(40);
    }

    @Test
    void sentence3DrainNeverCostsATaskOneOfItsAttempts() {
        submit(40, Duration.ofSeconds(8), true);
        drain(FOURTH, DrainMode.MOVE, Duration.ofMinutes(5), Duration.ofSeconds(2));
        untilJobSucceeds();
        assertThat(bramble.invariants.starts()).isGreaterThan(40);
    }

    @Test
    void sentence4DrainedIsSetOnlyWhenNothingOnTheNodeIsNeeded() {
        submit(20, Duration.ofSeconds(3), false);
        bramble.nodes().stream().filter(node -> !node.id.equals(FOURTH)).forEach(node -> node.disk.limit(0));
        drain(FOURTH, DrainMode.FINISH, Duration.ofSeconds(60), Duration.ofSeconds(5));
        pass(Duration.ofSeconds(50));
        // Its outcomes wait for a second copy, or have one copy only: it must not be unplugged.
        assertThat(node(FOURTH).standing()).isEqualTo(NodeStanding.DRAINING);
        bramble.nodes().forEach(node -> node.disk.limit(Long.MAX_VALUE));
        untilStanding(FOURTH, NodeStanding.DRAINED, Duration.ofMinutes(2));
        assertThat(bramble.invariants.runningOn(FOURTH)).isZero();
        assertThat(node(FOURTH).standingReason())
                .startsWith("safe to unplug")
                .contains("no process of a task is left")
                .contains("all outcomes are recorded")
                .contains("copies of all it holds")
                .contains("no vote");
    }

    @Test
    void sentence5ByDeadlinePlusGraceNothingRunsAndWhatIsMissingIsNamed() {
        submit(16, Duration.ofMinutes(20), true);
        drain(FOURTH, DrainMode.FINISH, Duration.ofSeconds(10), Duration.ofSeconds(5));
        pass(Duration.ofSeconds(9));
        assertThat(bramble.invariants.runningOn(FOURTH)).isPositive();
        pass(Duration.ofSeconds(8));
        assertThat(bramble.invariants.runningOn(FOURTH)).isZero();
        untilStanding(FOURTH, NodeStanding.DRAINED, Duration.ofMinutes(1));
    }

    @Test
    void sentence5WhatIsStillMissingMakesItExpiredUntilItIsComplete() {
        submit(16, Duration.ofSeconds(3), false);
        drain(FOURTH, DrainMode.FINISH, Duration.ofSeconds(2), Duration.ofSeconds(1));
        SimNode fourth = bramble.nodes().getLast();
        fourth.crash();
        untilStanding(FOURTH, NodeStanding.EXPIRED, Duration.ofSeconds(20));
        assertThat(node(FOURTH).standingReason())
                .startsWith("not safe to unplug")
                .contains("n004 is down");
        fourth.start();
        untilStanding(FOURTH, NodeStanding.DRAINED, Duration.ofMinutes(2));
        untilJobSucceeds();
    }

    @Test
    void sentence6CancellingReturnsTheNodeAndWhatWasMovedStaysMoved() {
        submit(300, Duration.ofSeconds(2), false);
        drain(FOURTH, DrainMode.MOVE, Duration.ofMinutes(5), Duration.ofSeconds(5));
        until(Duration.ofSeconds(5), () -> bramble.invariants.runningOn(FOURTH) == 0);
        long before = bramble.invariants.startsOn(FOURTH);
        bramble.client.operate(new Action.CancelDrain(FOURTH));
        untilStanding(FOURTH, NodeStanding.READY, Duration.ofSeconds(10));
        assertThat(node(FOURTH).drain()).isEmpty();
        until(Duration.ofSeconds(10), () -> bramble.invariants.startsOn(FOURTH) > before);
        untilJobSucceeds();
    }

    @Test
    void sentence7DrainedNodeComesBackDrainedAfterALeaderChangeAndAPowerCut() {
        submit(300, Duration.ofSeconds(2), false);
        drain(FOURTH, DrainMode.MOVE, Duration.ofMinutes(5), Duration.ofSeconds(5));
        untilStanding(FOURTH, NodeStanding.DRAINED, Duration.ofMinutes(1));
        long before = bramble.invariants.startsOn(FOURTH);
        bramble.nodes().forEach(SimNode::crash);
        bramble.nodes().forEach(SimNode::start);
        leader();
        pass(Duration.ofSeconds(30));
        assertThat(node(FOURTH).standing()).isEqualTo(NodeStanding.DRAINED);
        assertThat(bramble.invariants.startsOn(FOURTH)).isEqualTo(before);
        untilJobSucceeds();
    }

    @Test
    void sentence8TheOnlyNodeOfABrambleEndsStoppedInPlace() {
        bramble = started(1, 1);
        NodeId only = new NodeId("n001");
        drain(only, DrainMode.FINISH, Duration.ofSeconds(5), Duration.ofSeconds(5));
        untilStanding(only, NodeStanding.DRAINED, Duration.ofSeconds(30));
        assertThat(node(only).drain().orElseThrow().inPlace()).isTrue();
        assertThat(node(only).standingReason()).startsWith("stopped in place").contains("card must stay in");
    }

    @Test
    void sentence8TheLeaderDrainsLikeAnyOther() {
        pass(Duration.ofSeconds(20));
        NodeId leading = leader().id;
        drain(leading, DrainMode.MOVE, Duration.ofMinutes(2), Duration.ofSeconds(5));
        untilStanding(leading, NodeStanding.DRAINED, Duration.ofMinutes(2));
        assertThat(leader().id).isNotEqualTo(leading);
        assertThat(node(leading).standingReason()).contains("it has no vote and does not lead");
    }
}
