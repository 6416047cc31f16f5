package dev.bramble.dashboard.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.history.History;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NodeHistoryTest {
    private static List<Double> gaps() {
        return new ArrayList<>(Collections.nCopies(History.THROUGHPUT_STEPS, Double.NaN));
    }

    @Test
    void nodeThatWasNeverSeenHasNoChartAndNoRow() {
        NodeHistory history = NodeHistory.of(Map.of(), OptionalLong.empty());

        assertThat(history.isEmpty()).isTrue();
        assertThat(history.charts()).isEmpty();
    }

    @Test
    void gapIsUnknownAndNeverANumber() {
        List<Double> load = gaps();
        load.set(History.THROUGHPUT_STEPS - 1 - 12, 1.25);
        NodeHistory history = NodeHistory.of(Map.of("load", load, "temperature-celsius", gaps()), OptionalLong.empty());

        assertThat(history.labels()).containsExactly("Temperature", "Load");
        assertThat(history.charts().getFirst().said()).isEqualTo("nothing is known of the last quarter of an hour");
        assertThat(history.charts().getLast().said()).isEqualTo("unknown now, 1.3 at most");
        assertThat(history.rows()).containsExactly(new NodeHistory.Row("2 min ago", List.of("unknown", "1.3")));
    }

    @Test
    void eachMinuteIsARowTheNewestFirst() {
        List<Double> share = gaps();
        Collections.fill(share, 0.5);
        NodeHistory history = NodeHistory.of(Map.of("memory-share", share), OptionalLong.empty());

        assertThat(history.rows()).hasSize(15);
        assertThat(history.rows().getFirst()).isEqualTo(new NodeHistory.Row("now", List.of("50 %")));
        assertThat(history.rows().getLast().when()).isEqualTo("14 min ago");
    }

    @Test
    void ofANodeThatIsSilentTheChartSaysHowOldItsLastFigureIs() {
        List<Double> celsius = gaps();
        Collections.fill(celsius, 48.0);
        NodeHistory history = NodeHistory.of(Map.of("temperature-celsius", celsius), OptionalLong.of(13_000));

        assertThat(history.charts().getFirst().said()).isEqualTo("48 °C 13 s ago, 48 °C at most");
        assertThat(history.rows().getFirst().when()).isEqualTo("under 1 min ago");
    }
}
