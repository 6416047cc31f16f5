package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.SampleJob;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whole brambles of boards that suffer: what the bramble does about it by itself, and what it leaves alone. */
class SickBoardsTest {
    private static final double HOT = 85;
    private static final double COOL = 60;

    private final Map<Integer, NodeRecord> seen = new HashMap<>();
    private Simulation simulation = simulation(1, 4, Faults.NEARLY_NONE, Duration.ofSeconds(310));

    private static Simulation simulation(long seed, int nodes, Faults faults, Duration rough) {
        return new Simulation(new SimOptions(seed, nodes, 3, 1, 24, rough, faults, false, false))
                .rerunBy("-Dtest=SickBoardsTest");
    }

    private SimNode board(int number) {
        return simulation.nodes().get(number - 1);
    }

    private void at(int seconds, Runnable act) {
        simulation.time.after(Duration.ofSeconds(seconds), act);
    }

    /** Remembers how the node stands then. */
    private void lookAt(int seconds, int number) {
        at(
                seconds,
                () -> seen.put(
                        seconds,
                        simulation.invariants.front().node(board(number).id).orElseThrow()));
    }

    private void standing(int seconds, NodeStanding standing) {
        assertThat(seen.get(seconds).standing()).as("after %d s", seconds).isEqualTo(standing);
    }

    private void run() {
        simulation.submits(List.of(JobPlan.of(
                "work",
                SampleJob.of(200)
                        .command(new Behaviour(10_000, 0, 0, 0, false).command())
                        .attempts(10)
                        .spec())));
        simulation.run();
        assertThat(simulation.invariants.front().jobs().values()).allMatch(job -> job.phase() == JobPhase.SUCCEEDED);
    }

    @Test
    void aHotBoardGetsNoNewWorkUntilItHasCooledDown() {
        at(20, () -> simulation.ills.celsius(board(2), HOT));
        lookAt(25, 2);
        lookAt(60, 2);
        at(61, () -> simulation.ills.celsius(board(2), 78));
        lookAt(150, 2);
        at(151, () -> simulation.ills.celsius(board(2), COOL));
        lookAt(200, 2);
        lookAt(230, 2);
        run();
        standing(25, NodeStanding.READY);
        standing(60, NodeStanding.CORDONED);
        assertThat(seen.get(60).standingBy()).isEqualTo("bramble");
        assertThat(seen.get(60).standingReason())
                .isEqualTo("its processor is hot, 85 °C: it gets no new work until it is below 75 °C; look at its fan"
                        + " and its place");
        standing(150, NodeStanding.CORDONED);
        standing(200, NodeStanding.CORDONED);
        standing(230, NodeStanding.READY);
        assertThat(simulation.ills.returns()).isEqualTo(1);
    }

    @Test
    void ofBoardsThatAreAllHotOneIsOutAtATime() {
        at(20, () -> simulation.nodes().forEach(node -> simulation.ills.celsius(node, HOT)));
        at(
                100,
                () -> assertThat(simulation.invariants.front().nodes().values())
                        .filteredOn(node -> node.standing() == NodeStanding.CORDONED)
                        .hasSize(1));
        run();
        assertThat(simulation.ills.acts()).isEqualTo(1);
    }

    @Test
    void aJobThatFillsDisksDoesNotDrainBoardAfterBoard() {
        at(20, () -> simulation.nodes().forEach(node -> simulation.ills.full(node, true)));
        run();
        assertThat(simulation.ills.acts()).isEqualTo(1);
    }

    @Test
    void aBoardWithAFullDiskIsDrainedAndComesBackByItself() {
        at(20, () -> simulation.ills.full(board(2), true));
        lookAt(70, 2);
        at(71, () -> simulation.ills.full(board(2), false));
        lookAt(150, 2);
        run();
        standing(70, NodeStanding.DRAINED);
        assertThat(seen.get(70).drain().map(DrainRecord::by)).contains("bramble");
        assertThat(seen.get(70).drain().map(DrainRecord::reason).orElseThrow()).startsWith("its disk is full: less");
        standing(150, NodeStanding.READY);
    }

    @Test
    void aBoardWhoseCardTakesNoWritesStaysOutUntilSomebodyLooks() {
        at(20, () -> simulation.ills.lockCard(board(2)));
        lookAt(90, 2);
        at(91, () -> {
            simulation.ills.heal(board(2));
            board(2).disk.limit(Long.MAX_VALUE);
        });
        lookAt(300, 2);
        run();
        standing(90, NodeStanding.DRAINED);
        standing(300, NodeStanding.DRAINED);
    }

    @Test
    void whatAPersonDecidedStands() {
        at(20, () -> simulation.ills.celsius(board(2), HOT));
        at(60, () -> simulation.client.operate(new Action.SetStanding(board(2).id, NodeStanding.READY, "it may")));
        lookAt(200, 2);
        at(30, () -> simulation.client.operate(new Action.SetStanding(board(3).id, NodeStanding.CORDONED, "mine")));
        at(40, () -> simulation.ills.celsius(board(3), HOT));
        at(100, () -> simulation.ills.celsius(board(3), COOL));
        lookAt(250, 3);
        run();
        standing(200, NodeStanding.READY);
        standing(250, NodeStanding.CORDONED);
        assertThat(seen.get(250).standingReason()).isEqualTo("mine");
        assertThat(simulation.ills.acts()).isEqualTo(1);
    }

    @Test
    void anotherLeaderGoesOnWithWhatTheBrambleDid() {
        at(20, () -> simulation.ills.celsius(board(2), HOT));
        at(60, () -> simulation.ills.celsius(board(2), 78));
        at(
                70,
                () -> simulation.nodes().stream()
                        .filter(node -> node.leading().isPresent())
                        .findFirst()
                        .ifPresent(SimNode::crash));
        lookAt(200, 2);
        at(201, () -> simulation.ills.celsius(board(2), COOL));
        lookAt(290, 2);
        run();
        standing(200, NodeStanding.CORDONED);
        standing(290, NodeStanding.READY);
    }

    @Test
    void aBoardThatWasHotAndTellsNothingAnyMoreStaysOutAndThatIsSaid() {
        Map<Integer, List<String>> said = new HashMap<>();
        at(20, () -> simulation.ills.celsius(board(2), HOT));
        at(60, () -> said.put(60, leader().boardWarnings()));
        at(61, () -> simulation.ills.mute(board(2)));
        lookAt(200, 2);
        at(200, () -> said.put(200, leader().boardWarnings()));
        at(201, () -> simulation.ills.heal(board(2)));
        lookAt(290, 2);
        run();
        assertThat(said.get(60)).isEmpty();
        standing(200, NodeStanding.CORDONED);
        assertThat(said.get(200))
                .containsExactly("n002 was taken out of work (its processor is hot), and whether that is over nobody"
                        + " knows any more: `bramble node n002` says why, `bramble uncordon n002` lets it work");
        standing(290, NodeStanding.READY);
    }

    @Test
    void anInstantIsNoDeadlineUntilTheLeadersOwnClockIsSynchronised() {
        Map<Integer, String> said = new HashMap<>();
        simulation.nodes().forEach(node -> simulation.calendars.synchronise(node.id, true));
        at(30, () -> said.put(30, leader().noCalendar()));
        at(40, () -> simulation.nodes().forEach(node -> simulation.calendars.synchronise(node.id, false)));
        at(50, () -> said.put(50, leader().noCalendar()));
        at(60, () -> simulation.nodes().forEach(SimNode::crash));
        at(70, () -> simulation.nodes().forEach(SimNode::start));
        at(100, () -> said.put(100, leader().noCalendar()));
        at(110, () -> simulation.calendars.synchronise(leader().id, true));
        at(120, () -> said.put(120, leader().noCalendar()));
        run();
        assertThat(said)
                .containsEntry(30, "")
                .as("bramble time goes on from what was known")
                .containsEntry(50, "")
                .as("nobody knows how long all was off")
                .hasEntrySatisfying(
                        100, why -> assertThat(why).matches("the clock of n00., which leads, is not synchronised"))
                .containsEntry(120, "");
    }

    private SimNode leader() {
        return simulation.nodes().stream()
                .filter(node -> node.leading().isPresent())
                .findFirst()
                .orElseThrow();
    }

    /** Most brambles never see any of this alone: here it lasts, with crashes and elections in between. */
    @Test
    void theBrambleActsOnWhatIsSoAndOnFewBoardsWhateverElseBreaks() {
        int acts = 0;
        int returns = 0;
        for (long seed = 1; seed <= 8; seed++) {
            Faults faults = Faults.random(new SplittableRandom(seed)).withIlls(4, 0.5, 2);
            simulation = simulation(seed, 3 + (int) (seed % 4), faults, Duration.ofMinutes(5));
            simulation.run();
            acts += simulation.ills.acts();
            returns += simulation.ills.returns();
        }
        System.out.println("boards taken out by the bramble: " + acts + ", let back in: " + returns);
        assertThat(acts).isGreaterThan(5);
    }
}
