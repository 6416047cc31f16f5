package dev.bramble.dashboard.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.history.Scaling.Measured;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScalingTest {
    private static final Offset<Double> NEARLY = Offset.offset(1e-9);

    @Test
    void twiceTheNodesAtTwiceTheRateIsAnEfficiencyOfOne() {
        Scaling scaling = Scaling.of(7, Map.of(2, new Measured(20, 200), 4, new Measured(30, 600)));

        assertThat(scaling.job()).contains(7L);
        assertThat(scaling.points())
                .containsExactly(new Scaling.Point(2, 20, 10, 10), new Scaling.Point(4, 30, 20, 20));
        assertThat(scaling.efficiency()).contains(1.0);
        assertThat(scaling.unknownBecause()).isEmpty();
    }

    @Test
    void efficiencyIsTheShareOfLinearGrowthThatTheMostNodesReach() {
        Scaling scaling =
                Scaling.of(7, Map.of(1, new Measured(10, 100), 4, new Measured(10, 300), 2, new Measured(10, 190)));

        assertThat(scaling.points()).extracting(Scaling.Point::nodes).containsExactly(1, 2, 4);
        assertThat(scaling.points().get(1).efficiency()).isCloseTo(0.95, NEARLY);
        assertThat(scaling.efficiency().orElseThrow()).isCloseTo(0.75, NEARLY);
    }

    @Test
    void oneNumberOfNodesTellsNothingAndSaysWhatToDo() {
        Scaling scaling = Scaling.of(7, Map.of(4, new Measured(60, 600)));

        assertThat(scaling.efficiency()).isEmpty();
        assertThat(scaling.points()).hasSize(1);
        assertThat(scaling.unknownBecause()).contains("only 4 nodes").contains("cordon one");
    }

    @Test
    void secondsTooFewToCountAndNoNodesAtAllAreLeftOut() {
        Scaling scaling = Scaling.of(
                7,
                Map.of(0, new Measured(50, 3), 1, new Measured(Scaling.SECONDS_MIN - 1, 90), 3, new Measured(10, 90)));

        assertThat(scaling.points()).extracting(Scaling.Point::nodes).containsExactly(3);
        assertThat(scaling.efficiency()).isEmpty();
        assertThat(Scaling.of(7, Map.of())).isEqualTo(Scaling.NOTHING);
        assertThat(Scaling.NOTHING.unknownBecause()).isNotEmpty();
    }
}
