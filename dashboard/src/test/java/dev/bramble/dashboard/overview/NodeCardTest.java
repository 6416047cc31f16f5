package dev.bramble.dashboard.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeCardTest {
    private static NodeCard card(String state, String... flags) {
        return new NodeCard("pi01", "Raspberry Pi 4", state, List.of(), List.of(flags), "", "idle", List.of());
    }

    @Test
    void aTileOfABoardThatWorksAndIsNotWellIsNotShownAsOneThatIs() {
        assertThat(card("ready").mood()).isEqualTo("ready");
        assertThat(card("ready", "throttled").mood()).isEqualTo("attention");
        assertThat(card("down", "throttled").mood()).isEqualTo("down");
    }
}
