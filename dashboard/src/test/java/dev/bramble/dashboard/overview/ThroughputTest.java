package dev.bramble.dashboard.overview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.history.Scaling;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ThroughputTest {
    private static final Scaling UNKNOWN = new Scaling(Optional.empty(), List.of(), Optional.empty(), "nothing runs");

    @Test
    void saysWhatThePictureShows() {
        Throughput shown = Throughput.of(List.of(2.0, 8.0, 4.0), UNKNOWN);

        assertThat(shown.said())
                .isEqualTo("Tasks a second over the last quarter of an hour: 4.0 tasks a second now, 8.0 at most.");
        assertThat(shown.now()).as("the figure above the picture").contains("4.0");
        assertThat(shown.linear()).isEmpty();
        assertThat(shown.scaling()).isEqualTo("How work grows with the nodes is not known: nothing runs.");
    }

    @Test
    void lineOfLinearGrowthIsInThePictureThoughNothingReachesIt() {
        Scaling measured = new Scaling(
                Optional.of(7L),
                List.of(new Scaling.Point(1, 20, 10, 10), new Scaling.Point(4, 20, 38, 40)),
                Optional.of(0.95),
                "");
        Throughput shown = Throughput.of(List.of(38.0), measured);

        assertThat(shown.linear()).isEqualTo("4.0");
        assertThat(shown.top()).isEqualTo("40");
        assertThat(shown.scaling())
                .isEqualTo("4 nodes do 95 % of what linear growth from 1 would give, measured in job 7: 38 of 40 tasks"
                        + " a second.");
    }

    @Test
    void ignoranceIsNotZero() {
        Throughput shown = Throughput.of(List.of(Double.NaN, Double.NaN), UNKNOWN);

        assertThat(shown.path()).isEmpty();
        assertThat(shown.said()).contains("Nothing is known");
    }
}
