package dev.bramble.dashboard.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyTest {
    @Test
    void slotsOfAShelfAreDrawnInRowsOfOneLengthThatFitAPhone() {
        assertThat(List.of(1, 4, 6, 7, 8, 12, 16, 20).stream().map(RackDrawing::columns))
                .containsExactly(1, 4, 6, 4, 4, 6, 6, 5);
        assertThat(RackDrawing.COLUMNS_MAX * (RackDrawing.SLOT_WIDTH + RackDrawing.GAP) - RackDrawing.GAP)
                .isEqualTo(RackDrawing.WIDTH);
    }
}
