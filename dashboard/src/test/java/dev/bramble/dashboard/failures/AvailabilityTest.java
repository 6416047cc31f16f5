package dev.bramble.dashboard.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.failures.Availability.Span;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static Availability of(Told told, boolean isUp, long since) {
        return Availability.of(new NodeId("pi07"), "pi07", isUp, told.events, since);
    }

    @Test
    void timeIsCountedFromJoiningAndLossesWithTheirRepairs() {
        Availability node = of(
                new Told()
                        .node(EventKind.NODE_ADMITTED, 10_500, "pi07", "let in")
                        .node(EventKind.NODE_JOINED, 10_000, "pi07", "joined")
                        .node(EventKind.NODE_LOST, 8_000, "pi07", "lost")
                        .node(EventKind.NODE_LOST, 7_500, "pi01", "another one")
                        .node(EventKind.NODE_RETURNED, 7_000, "pi07", "back")
                        .node(EventKind.NODE_LOST, 4_000, "pi07", "lost")
                        .node(EventKind.NODE_RETURNED, 1_000, "pi07", "back"),
                true,
                60_000);

        assertThat(node.watchedMillis()).isEqualTo(10_000);
        assertThat(node.upMillis()).isEqualTo(6_000);
        assertThat(node.share()).hasValue(0.6);
        assertThat(node.losses()).isEqualTo(2);
        assertThat(node.betweenFailuresMillis()).hasValue(3_000);
        assertThat(node.toRepairMillis()).hasValue(2_000);
        assertThat(node.spans()).containsExactly(new Span(8_000, 7_000, false), new Span(4_000, 1_000, false));
    }

    @Test
    void beingTakenOutAsPlannedIsNeitherThereNorMissing() {
        Availability node = of(
                new Told()
                        .node(EventKind.NODE_LEFT, 8_000, "pi07", "drained")
                        .node(EventKind.NODE_RETURNED, 2_000, "pi07", "back"),
                true,
                10_000);

        assertThat(node.watchedMillis()).isEqualTo(4_000);
        assertThat(node.share()).hasValue(1.0);
        assertThat(node.losses()).isZero();
        assertThat(node.betweenFailuresMillis()).isEmpty();
        assertThat(node.toRepairMillis()).isEmpty();
        assertThat(node.spans()).containsExactly(new Span(8_000, 2_000, true));
    }

    @Test
    void whatWasBeforeTheOldestEventIsUnknownAndNeverCounted() {
        Availability back = of(new Told().node(EventKind.NODE_RETURNED, 2_000, "pi07", "back"), true, 10_000);
        assertThat(back.watchedMillis()).isEqualTo(2_000);
        assertThat(back.share()).hasValue(1.0);

        assertThat(of(new Told(), true, 10_000).upMillis()).isEqualTo(10_000);
        assertThat(of(new Told(), false, 10_000).share()).isEmpty();
    }

    @Test
    void oneThatIsAwayNowHasNoRepairYetAndALossToldTwiceIsOne() {
        Availability node = of(
                new Told()
                        .node(EventKind.NODE_LOST, 4_000, "pi07", "lost")
                        .node(EventKind.NODE_LOST, 3_000, "pi07", "lost, said again"),
                false,
                8_000);

        assertThat(node.losses()).isEqualTo(1);
        assertThat(node.share()).hasValue(0.5);
        assertThat(node.toRepairMillis()).isEmpty();
        assertThat(node.spans()).containsExactly(new Span(4_000, 0, false));
    }
}
