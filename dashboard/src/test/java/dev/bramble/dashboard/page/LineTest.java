package dev.bramble.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineTest {
    private static final double GAP = Double.NaN;

    @Test
    void highestValueIsNearTheUpperEdgeAndNothingIsAtTheLower() {
        Line line = Line.of(List.of(0.0, 5.0, 10.0), 0);

        assertThat(line.path()).isEqualTo("M0.0 120.0L300.0 62.0L600.0 4.0");
        assertThat(line.highest()).isEqualTo(10);
    }

    @Test
    void gapsAreNotDrawnAndALonePointIsADot() {
        assertThat(Line.of(List.of(1.0, GAP, 1.0, GAP, 1.0), 0).path()).isEqualTo("M0.0 4.0h0M300.0 4.0h0M600.0 4.0h0");
        assertThat(Line.of(List.of(GAP, 1.0, 1.0), 0).path()).isEqualTo("M300.0 4.0L600.0 4.0");
    }

    @Test
    void nothingKnownIsNoLine() {
        assertThat(Line.of(List.of(GAP, GAP), 0)).isEqualTo(new Line("", 0));
        assertThat(Line.of(List.of(), 7)).isEqualTo(new Line("", 0));
    }

    @Test
    void quietTimeIsALineAtTheBottom() {
        assertThat(Line.of(List.of(0.0, 0.0), 0).path()).isEqualTo("M0.0 120.0L600.0 120.0");
    }

    @Test
    void markAboveTheLineHasItsPlaceToo() {
        Line line = Line.of(List.of(5.0, 5.0), 10);

        assertThat(line.path()).isEqualTo("M0.0 62.0L600.0 62.0");
        assertThat(Line.height(10, 10)).isEqualTo("4.0");
    }
}
