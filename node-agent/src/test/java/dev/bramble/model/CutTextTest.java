package dev.bramble.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CutTextTest {
    private static final String FIRE = "🔥";

    @Test
    void textThatFitsStaysAsItIs() {
        assertThat(CutText.beginning("abc", 3)).isEqualTo("abc");
        assertThat(CutText.shortened("abc", 3)).isEqualTo("abc");
    }

    @Test
    void whatIsCutHasTheEllipsisWithinItsLimit() {
        assertThat(CutText.shortened("abcd", 3)).isEqualTo("ab…");
    }

    @Test
    void noCharacterIsHalved() {
        for (int max = 1; max < 12; max++) {
            String begun = CutText.beginning("a" + FIRE.repeat(9), max);
            assertThat(begun.length()).isBetween(max - 1, max);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(begun)).isTrue();
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(CutText.shortened(FIRE.repeat(9), max)))
                    .isTrue();
        }
    }
}
