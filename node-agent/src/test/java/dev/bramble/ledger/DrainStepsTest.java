package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeStanding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainStepsTest {
    /** Every pair that is allowed; all others are not. */
    private static final List<String> WAITING =
            List.of("READY>CORDONED", "READY>DRAINING", "CORDONED>DRAINING", "QUARANTINED>DRAINING");

    private static final List<String> BEGUN = List.of(
            "DRAINING>DRAINED",
            "DRAINING>EXPIRED",
            "DRAINING>QUARANTINED",
            "DRAINED>READY",
            "DRAINED>MAINTENANCE",
            "EXPIRED>DRAINED",
            "EXPIRED>QUARANTINED",
            "QUARANTINED>DRAINED",
            "MAINTENANCE>CORDONED",
            "MAINTENANCE>DRAINED",
            "MAINTENANCE>RETURNING",
            "RETURNING>READY",
            "RETURNING>CORDONED",
            "RETURNING>MAINTENANCE");

    private static List<String> allowed(boolean hasBegun) {
        List<String> allowed = new ArrayList<>();
        for (NodeStanding from : NodeStanding.values()) {
            for (NodeStanding to : NodeStanding.values()) {
                if (DrainSteps.after(hasBegun, from).contains(to)) {
                    allowed.add(from + ">" + to);
                }
            }
        }
        return allowed;
    }

    @Test
    void waitingDrainOnlyCordonsAheadOrBegins() {
        assertThat(allowed(false)).containsExactlyInAnyOrderElementsOf(WAITING);
    }

    @Test
    void drainThatHasBegunNeverGoesBackToDraining() {
        assertThat(allowed(true)).containsExactlyInAnyOrderElementsOf(BEGUN);
    }

    @Test
    void cancellingIsPossibleUntilTheBoardIsToldToGoDown() {
        for (NodeStanding standing : NodeStanding.values()) {
            boolean isTold = standing == NodeStanding.MAINTENANCE || standing == NodeStanding.RETURNING;
            boolean isOver = standing == NodeStanding.READY;
            assertThat(DrainSteps.isCancellable(true, standing))
                    .as("%s", standing)
                    .isEqualTo(!isTold && !isOver);
            boolean waits = isOver || standing == NodeStanding.CORDONED || standing == NodeStanding.QUARANTINED;
            assertThat(DrainSteps.isCancellable(false, standing))
                    .as("waiting, %s", standing)
                    .isEqualTo(waits);
        }
    }

    @Test
    void uncordonEndsWhatNobodyWaitsForAnyMore() {
        for (NodeStanding standing : NodeStanding.values()) {
            boolean ends = switch (standing) {
                case READY, DRAINING, MAINTENANCE -> false;
                case CORDONED, DRAINED, EXPIRED, QUARANTINED, RETURNING -> true;
            };
            assertThat(DrainSteps.isEndedByUncordon(true, standing))
                    .as("%s", standing)
                    .isEqualTo(ends);
            assertThat(DrainSteps.isEndedByUncordon(false, standing))
                    .as("waiting, %s", standing)
                    .isFalse();
        }
    }
}
