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

class ShutdownLedgerTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final NodeId PI = new NodeId("pi");
    private static final DrainSpec SPEC =
            new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(1), Duration.ofSeconds(5), AfterDrain.REBOOT, 1);

    private LedgerState state = new LedgerState();
    private final Moment now = Moment.FOUNDING.plus(Duration.ofMinutes(7));

    private void apply(Command... commands) {
        state.apply(new Entry(now, List.of(commands)));
        LedgerState copy = LedgerState.of(CODEC.decodeImage(CODEC.encodeImage(state.image())));
        assertThat(CODEC.encodeImage(copy.image())).isEqualTo(CODEC.encodeImage(state.image()));
        state = copy;
    }

    private static Command.OrderShutdown order(long number) {
        return new Command.OrderShutdown(
                number,
                DrainMode.MOVE,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                "storm",
                "ada",
                Optional.of(List.of("x1", "y1")));
    }

    private static Command resume(long number, String... ups) {
        return new Command.Resume(number, Optional.of(List.of(ups)));
    }

    private EventKind lastEvent() {
        return state.events().newestFirst().iterator().next().what().kind();
    }

    @Test
    void aShutdownIsOrderedOnceAndCalledOffOnlyBeforeBoardsPowerOff() {
        apply(order(1), order(2));
        ShutdownRecord ordered = state.shutdown().orElseThrow();
        assertThat(ordered.number()).isEqualTo(1);
        assertThat(ordered.deadline()).isEqualTo(now.plus(Duration.ofMinutes(5)));
        assertThat(state.nextDrain()).as("numbers are never used twice").isEqualTo(3);
        apply(new Command.CancelShutdown(1, "bob", Optional.empty()));
        assertThat(state.shutdown()).isEmpty();
        assertThat(lastEvent()).isEqualTo(EventKind.SHUTDOWN_CANCELLED);

        apply(order(3), new Command.BeginPowerOff(3, List.of("x1"), "all is done"));
        apply(
                new Command.CancelShutdown(3, "bob", Optional.empty()),
                new Command.BeginPowerOff(3, List.of("x2"), "again"));
        assertThat(state.shutdown().orElseThrow().poweringOff()).contains(List.of("x1"));
        assertThat(lastEvent()).isEqualTo(EventKind.SHUTDOWN_DONE);

        apply(new Command.CancelShutdown(2, "bob", Optional.of("no board powers off")));
        assertThat(state.shutdown()).isPresent();
        apply(new Command.CancelShutdown(3, "bob", Optional.of("no board powers off")));
        assertThat(state.shutdown()).isEmpty();
        assertThat(lastSentence()).isEqualTo("cancelled the shutdown: no board powers off");
    }

    private String lastSentence() {
        return state.events().newestFirst().iterator().next().what().text();
    }

    @Test
    void workGoesOnOnceAfterTheShutdownThatIsMeant() {
        apply(order(1), new Command.BeginPowerOff(1, List.of("x1"), "all is done"), resume(9));
        assertThat(state.shutdown()).isPresent();
        apply(resume(1), resume(1));
        assertThat(state.shutdown()).isEmpty();
        assertThat(lastEvent()).isEqualTo(EventKind.RESUMED);
        assertThat(lastSentence())
                .isEqualTo("the bramble is back from the shutdown that ada ordered, and work goes on");
    }

    @Test
    void aBoardThatStayedOnWasNotLost() {
        NodeId tin = new NodeId("tin");
        apply(
                new Command.AdmitNode(NodeRecord.admitted(PI, "pi", NodeRole.AGENT, "serial", "key", "root", now)),
                new Command.AdmitNode(NodeRecord.admitted(tin, "tin", NodeRole.AGENT, "s2", "key2", "root", now)),
                new Command.NodeArrived(PI, "x1"),
                new Command.NodeArrived(tin, "y1"));
        apply(order(1), new Command.BeginPowerOff(1, List.of("x1", "y1"), "all is done"), resume(1, "y1"));
        assertThat(state.presence(PI).orElseThrow().up()).isFalse();
        assertThat(state.presence(tin).orElseThrow().up()).isTrue();
    }

    @Test
    void aPowerCutInTheMiddleOfAShutdownIsSaidWhenWorkGoesOn() {
        apply(order(1));
        assertThat(state.shutdown().orElseThrow().lives()).contains(List.of("x1", "y1"));
        apply(resume(1));
        assertThat(state.shutdown()).isEmpty();
        assertThat(lastSentence())
                .isEqualTo("all boards started anew before the shutdown that ada ordered was through: it is over, and"
                        + " work goes on");
    }

    @Test
    void aBoardThatDoesNotComeBackWellKeepsItsDrainUntilSomebodyHasLookedAfterIt() {
        BoardLife life = new BoardLife("x1", "boot");
        apply(
                new Command.AdmitNode(NodeRecord.admitted(PI, "pi", NodeRole.AGENT, "serial", "key", "root", now)),
                new Command.OrderDrain(1, List.of(PI), SPEC, "dust", "ada"),
                new Command.StepDrain(PI, 1, NodeStanding.DRAINING, ""),
                new Command.StepDrain(PI, 1, NodeStanding.DRAINED, ""));
        apply(new Command.BeginMaintenance(PI, 2, life, "x"));
        assertThat(state.node(PI).orElseThrow().standing()).isEqualTo(NodeStanding.DRAINED);
        apply(new Command.BeginMaintenance(PI, 1, life, "told to reboot"));
        assertThat(state.node(PI).orElseThrow().standing()).isEqualTo(NodeStanding.MAINTENANCE);
        assertThat(state.node(PI).orElseThrow().drain().orElseThrow().told()).contains(life);
        apply(new Command.StepDrain(PI, 1, NodeStanding.CORDONED, "it did not come back"));
        assertThat(lastEvent()).isEqualTo(EventKind.MAINTENANCE_FAILED);
        assertThat(state.node(PI).orElseThrow().drain()).isPresent();
        apply(new Command.SetStanding(PI, NodeStanding.READY, "", "ada"));
        assertThat(state.node(PI).orElseThrow().standing()).isEqualTo(NodeStanding.READY);
        assertThat(state.node(PI).orElseThrow().drain()).isEmpty();
    }

    @Test
    void anotherLifeIsOneAfterAReboot() {
        BoardLife told = new BoardLife("x1", "boot1");
        assertThat(told.isBefore(told)).isFalse();
        assertThat(told.isBefore(new BoardLife("x2", "boot1")))
                .as("only the agent was restarted")
                .isFalse();
        assertThat(told.isBefore(new BoardLife("x2", "boot2"))).isTrue();
        assertThat(told.isBefore(new BoardLife("x2", ""))).as("nobody knows").isTrue();
    }
}
