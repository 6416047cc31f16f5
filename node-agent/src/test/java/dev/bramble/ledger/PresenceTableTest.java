package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTableTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final NodeId ONE = new NodeId("one");
    private LedgerState state = new LedgerState();
    private Moment now = Moment.FOUNDING;

    private void apply(Command command) {
        state.apply(new Entry(now, List.of(command)));
    }

    private void admit() {
        apply(new Command.AdmitNode(
                NodeRecord.admitted(ONE, "pi01", NodeRole.AGENT, "serial", "key", "root", Moment.FOUNDING)));
    }

    private static Command lost(String incarnation, boolean counts) {
        return new Command.NodeLost(ONE, incarnation, "its connection closed", counts);
    }

    private NodePresence presence() {
        return state.presence(ONE).orElseThrow();
    }

    private long events(EventKind kind) {
        return state.events().after(0).stream()
                .filter(event -> event.what().kind() == kind)
                .count();
    }

    @Test
    void everyCommandThatIsRepeatedChangesNothing() {
        admit();
        for (int i = 0; i < 2; i++) {
            apply(new Command.NodeArrived(ONE, "a"));
        }
        for (int i = 0; i < 2; i++) {
            apply(lost("a", true));
        }
        apply(new Command.NodeArrived(ONE, "b"));
        apply(lost("a", true));
        assertThat(presence().up()).isTrue();
        assertThat(presence().score(now)).isEqualTo(1);
        assertThat(events(EventKind.NODE_LOST)).isEqualTo(1);
        assertThat(events(EventKind.NODE_RETURNED)).isEqualTo(1);
    }

    @Test
    void howLongItWasAwayIsSaidOnlyWhenTimeWentOnMeanwhile() {
        admit();
        apply(new Command.NodeArrived(ONE, "a"));
        apply(lost("a", true));
        apply(new Command.NodeArrived(ONE, "b"));
        assertThat(newest()).isEqualTo("pi01 is back");
        apply(lost("b", true));
        now = now.plus(Duration.ofSeconds(3));
        apply(new Command.NodeArrived(ONE, "c"));
        assertThat(newest()).isEqualTo("pi01 is back after 3 s");
    }

    private String newest() {
        return state.events().after(0).getLast().what().text();
    }

    @Test
    void aLossWeighsHalfAfterTenMinutes() {
        admit();
        apply(new Command.NodeArrived(ONE, "a"));
        apply(lost("a", true));
        now = now.plus(Duration.ofMinutes(10));
        assertThat(presence().score(now)).isCloseTo(0.5, within(1e-9));
        apply(new Command.NodeArrived(ONE, "a"));
        apply(lost("a", true));
        assertThat(presence().score(now)).isCloseTo(1.5, within(1e-9));
    }

    @Test
    void aLossThatDoesNotCountIsToldAllTheSame() {
        admit();
        apply(new Command.NodeArrived(ONE, "a"));
        apply(lost("a", false));
        assertThat(presence().score(now)).isZero();
        assertThat(events(EventKind.NODE_LOST)).isEqualTo(1);
    }

    @Test
    void aLossThatWasOneOfManyIsTakenBackOnce() {
        admit();
        apply(new Command.NodeArrived(ONE, "a"));
        apply(lost("a", true));
        apply(new Command.NodeArrived(ONE, "b"));
        apply(lost("b", true));
        for (int i = 0; i < 2; i++) {
            apply(lost("b", false));
        }
        assertThat(presence().score(now)).isEqualTo(1);
        assertThat(events(EventKind.NODE_LOST)).isEqualTo(2);
        apply(new Command.NodeArrived(ONE, "c"));
        apply(lost("b", false));
        assertThat(presence().score(now)).isEqualTo(1);
        assertThat(presence().up()).isTrue();
    }

    @Test
    void presencesSurviveASnapshotAndAForgottenNodeHasNone() {
        admit();
        apply(new Command.NodeArrived(ONE, "a"));
        apply(lost("a", true));
        byte[] image = CODEC.encodeImage(state.image());
        state = LedgerState.of(CODEC.decodeImage(image));
        assertThat(presence().score(now)).isEqualTo(1);
        assertThat(CODEC.encodeImage(state.image())).isEqualTo(image);
        apply(new Command.ForgetNode(ONE, "root"));
        assertThat(state.presence(ONE)).isEmpty();
        apply(new Command.NodeArrived(ONE, "b"));
        assertThat(state.presence(ONE)).isEmpty();
    }
}
