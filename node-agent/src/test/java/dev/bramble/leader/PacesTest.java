package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bramble.model.NodeId;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PacesTest {
    private static final Offset<Double> NEARLY = within(0.01);
    private static final NodeId SLOW = new NodeId("slow");

    private final Paces paces = new Paces();

    private void note(NodeId node, double... seconds) {
        for (double each : seconds) {
            paces.note(node, each);
        }
    }

    private void noteOthers() {
        note(new NodeId("a"), 2, 2, 2);
        note(new NodeId("b"), 2, 2.1, 2);
    }

    @Test
    void aNodeIsComparedWithTheOneInTheMiddle() {
        noteOthers();
        note(SLOW, 10, 10, 10);
        assertThat(paces.of(SLOW)).isCloseTo(5, within(0.2));
        assertThat(paces.of(new NodeId("a"))).as("alike").isEqualTo(1);
    }

    @Test
    void afterAFewTasksNothingIsKnown() {
        noteOthers();
        note(SLOW, 10, 10);
        assertThat(paces.of(SLOW)).isEqualTo(1);
        assertThat(paces.of(new NodeId("never"))).isEqualTo(1);
    }

    @Test
    void ofTwoTheFasterOneIsAsBoardsShouldBe() {
        note(new NodeId("a"), 2, 2, 2);
        note(SLOW, 6, 6, 6);
        assertThat(paces.of(SLOW)).isCloseTo(3, NEARLY);
        assertThat(paces.of(new NodeId("a"))).isEqualTo(1);
    }

    @Test
    void aMendedBoardIsTrustedAgain() {
        noteOthers();
        note(SLOW, 10, 10, 10);
        for (int task = 0; task < 100; task++) {
            note(SLOW, 2);
        }
        assertThat(paces.of(SLOW)).isEqualTo(1);
    }
}
