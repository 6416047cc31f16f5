package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.leader.AfterDrainPlan.Deed;
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
import dev.bramble.model.PowerAct;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AfterDrainPlanTest {
    private static final NodeId PI = new NodeId("pi");
    private static final BoardLife BEFORE = new BoardLife("x1", "boot1");
    private static final BoardLife RESTARTED = new BoardLife("x2", "boot1");
    private static final BoardLife AFTER = new BoardLife("x3", "boot2");
    private static final Duration MAX = Duration.ofMinutes(10);

    private final LedgerState state = new LedgerState();

    private void apply(Command command) {
        state.apply(new Entry(Moment.FOUNDING, List.of(command)));
    }

    private void drained(AfterDrain then) {
        apply(new Command.AdmitNode(
                NodeRecord.admitted(PI, "pi", NodeRole.AGENT, "serial", "key", "root", Moment.FOUNDING)));
        DrainSpec spec = new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(1), Duration.ofSeconds(5), then, 1);
        apply(new Command.OrderDrain(1, List.of(PI), spec, "dust", "ada"));
        step(NodeStanding.DRAINING);
        step(NodeStanding.DRAINED);
    }

    private void step(NodeStanding next) {
        apply(new Command.StepDrain(PI, 1, next, ""));
        assertThat(state.node(PI).orElseThrow().standing()).isEqualTo(next);
    }

    private void told(AfterDrain then) {
        drained(then);
        apply(new Command.BeginMaintenance(PI, 1, BEFORE, ""));
    }

    private static AfterDrainPlan.Seen up(BoardLife life, long seconds) {
        return new AfterDrainPlan.Seen(
                Optional.of(life), Duration.ofSeconds(seconds).toNanos(), true, Optional.empty(), 0);
    }

    private static AfterDrainPlan.Seen away(long seconds) {
        return new AfterDrainPlan.Seen(
                Optional.empty(), Duration.ofSeconds(seconds).toNanos(), true, Optional.empty(), 0);
    }

    private Deed deed(AfterDrainPlan.Seen seen, Duration since) {
        return AfterDrainPlan.of(state.node(PI).orElseThrow(), seen, since, MAX);
    }

    private Deed deed(AfterDrainPlan.Seen seen) {
        return deed(seen, Duration.ofSeconds(20));
    }

    private static Deed step(NodeStanding next, String why) {
        return new Deed.Step(next, why);
    }

    @Test
    void oneThatStaysStaysAndOneThatResumesWorksAtOnce() {
        drained(AfterDrain.STAY);
        assertThat(deed(up(BEFORE, 99))).isEqualTo(new Deed.Nothing());
        AfterDrainPlanTest other = new AfterDrainPlanTest();
        other.drained(AfterDrain.RESUME);
        assertThat(other.deed(away(1)))
                .isEqualTo(step(NodeStanding.READY, "its drain is done, and it takes work again"));
    }

    @Test
    void aRebootIsWrittenDownBeforeItIsOrderedAndOrderedUntilTheAgentIsAway() {
        drained(AfterDrain.REBOOT);
        assertThat(deed(up(BEFORE, 1))).isEqualTo(new Deed.Maintain(BEFORE, "its board is told to reboot"));
        apply(new Command.BeginMaintenance(PI, 1, BEFORE, ""));
        assertThat(deed(up(BEFORE, 1))).isEqualTo(new Deed.Tell(PowerAct.REBOOT, "x1"));
        assertThat(deed(up(RESTARTED, 1)))
                .as("the agent was restarted before its board was")
                .isEqualTo(new Deed.Tell(PowerAct.REBOOT, "x2"));
        assertThat(deed(away(30))).isEqualTo(new Deed.Nothing());
    }

    @Test
    void aBoardThatIsBackHasToBeWellForTenSeconds() {
        told(AfterDrain.REBOOT);
        assertThat(deed(up(AFTER, 0))).isEqualTo(step(NodeStanding.RETURNING, AfterDrainPlan.REBOOTED));
        step(NodeStanding.RETURNING);
        assertThat(deed(up(AFTER, 9))).isEqualTo(new Deed.Nothing());
        assertThat(deed(up(AFTER, 10))).isEqualTo(step(NodeStanding.READY, "it is back from its reboot, and well"));
        AfterDrainPlan.Seen readOnly = new AfterDrainPlan.Seen(
                Optional.of(AFTER), Duration.ofSeconds(60).toNanos(), false, Optional.empty(), 0);
        assertThat(deed(readOnly)).isEqualTo(new Deed.Nothing());
        assertThat(deed(readOnly, MAX.plusSeconds(1)))
                .isEqualTo(step(
                        NodeStanding.CORDONED,
                        "it came back from its reboot and was not well within 10 min: its disk takes no writes"));
        assertThat(deed(away(5), MAX.plusSeconds(1)))
                .isEqualTo(step(
                        NodeStanding.CORDONED,
                        "it came back from its reboot and was not well within 10 min: it has not reported steadily for"
                                + " 10 s"));
    }

    @Test
    void oneThatDoesNotComeBackInTimeIsSetAside() {
        told(AfterDrain.REBOOT);
        assertThat(deed(away(900), MAX)).isEqualTo(new Deed.Nothing());
        assertThat(deed(away(900), MAX.plusSeconds(1)))
                .isEqualTo(step(NodeStanding.CORDONED, "it did not come back from its reboot within 10 min"));
        assertThat(deed(up(BEFORE, 900), MAX.plusSeconds(1)))
                .isEqualTo(step(NodeStanding.CORDONED, "its board was told to reboot and was still up 10 min later"));
    }

    @Test
    void whyABoardDoesNotSwitchIsTheReason() {
        told(AfterDrain.REBOOT);
        AfterDrainPlan.Seen refuses =
                new AfterDrainPlan.Seen(Optional.of(BEFORE), 0, true, Optional.of("no systemctl"), 0);
        assertThat(deed(refuses)).isEqualTo(step(NodeStanding.CORDONED, "its board did not reboot: no systemctl"));
        AfterDrainPlanTest other = new AfterDrainPlanTest();
        other.told(AfterDrain.POWEROFF);
        assertThat(other.deed(refuses))
                .isEqualTo(step(NodeStanding.DRAINED, "its board did not poweroff: no systemctl"));
    }

    @Test
    void aBoardThatPowersOffStaysDrainedAlsoWhenItIsSwitchedOnAgain() {
        told(AfterDrain.POWEROFF);
        assertThat(deed(up(BEFORE, 1))).isEqualTo(new Deed.Tell(PowerAct.POWEROFF, "x1"));
        assertThat(deed(away(9))).as("perhaps a cable").isEqualTo(new Deed.Nothing());
        assertThat(deed(away(10)))
                .isEqualTo(step(NodeStanding.DRAINED, "it was told to power off, and it left the cluster"));
        step(NodeStanding.DRAINED);
        assertThat(deed(up(AFTER, 60))).as("it is not told again").isEqualTo(new Deed.Nothing());
    }

    @Test
    void oneThatIsDownWhenItsDrainIsDoneIsWatchedAllTheSame() {
        drained(AfterDrain.REBOOT);
        assertThat(deed(away(9))).isEqualTo(new Deed.Nothing());
        assertThat(deed(away(10)))
                .isEqualTo(new Deed.Maintain(new BoardLife("", ""), "it had left the cluster already"));
    }

    @Test
    void aBoardWithTheOnlyCopyOfAFileIsNeitherPoweredOffNorCalledDrained() {
        drained(AfterDrain.POWEROFF);
        assertThat(deed(up(BEFORE, 30))).isInstanceOf(Deed.Maintain.class);
        assertThat(deed(lone(up(BEFORE, 30)))).isEqualTo(new Deed.Nothing());
        apply(new Command.BeginMaintenance(PI, 1, BEFORE, ""));
        assertThat(deed(lone(up(BEFORE, 30)))).isEqualTo(new Deed.Nothing());
        assertThat(deed(lone(up(AFTER, 30)))).isEqualTo(new Deed.Nothing());
        assertThat(deed(lone(away(30)))).isEqualTo(new Deed.Nothing());
        assertThat(deed(up(AFTER, 30)))
                .as("others have it now")
                .isEqualTo(step(NodeStanding.DRAINED, "it has left the cluster, and its board has started again"));
        assertThat(deed(lone(up(AFTER, 30)), MAX.plusSeconds(1)))
                .isEqualTo(step(
                        NodeStanding.CORDONED,
                        "no node that is up and stays has a copy of 1 file on its card: leave it plugged in"));
        assertThat(deed(lone(away(30)), MAX.plusSeconds(1)))
                .isEqualTo(step(
                        NodeStanding.CORDONED,
                        "no node that is up and stays has a copy of 1 file on its card: switch its board on again"));
    }

    private static AfterDrainPlan.Seen lone(AfterDrainPlan.Seen seen) {
        return new AfterDrainPlan.Seen(seen.life(), seen.forNanos(), seen.isWritable(), seen.trouble(), 1);
    }
}
