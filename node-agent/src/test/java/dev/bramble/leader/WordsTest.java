package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void timesAreRoundedUpAndHaveAtMostTwoUnits() {
        assertThat(Words.time(Duration.ofSeconds(-3))).isEqualTo("0 s");
        assertThat(Words.time(Duration.ofMillis(1))).isEqualTo("1 s");
        assertThat(Words.time(Duration.ofSeconds(250))).isEqualTo("4 min 10 s");
        assertThat(Words.time(Duration.ofMinutes(3))).isEqualTo("3 min");
        assertThat(Words.time(Duration.ofSeconds(2 * 3600 + 241))).isEqualTo("2 h 5 min");
    }
}
