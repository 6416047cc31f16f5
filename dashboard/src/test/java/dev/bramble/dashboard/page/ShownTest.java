package dev.bramble.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {
    @ParameterizedTest
    @CsvSource({
        "0, under 1 s",
        "999, under 1 s",
        "1000, 1 s",
        "59999, 59 s",
        "60000, 1 min",
        "3600000, 1 h",
        "7500000, 2 h 5 min",
        "86400000, 1 d",
        "97200000, 1 d 3 h",
        "-61000, 1 min",
    })
    void timeHasTwoUnitsAtMost(long millis, String shown) {
        assertThat(Shown.time(millis)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "10180, 9.9 KiB",
        "23622320128, 22 GiB",
        "1073600000, 1.0 GiB"
    })
    void sizeHasTwoDigitsThatMatter(double bytes, String shown) {
        assertThat(Shown.bytes(bytes)).isEqualTo(shown);
    }

    @Test
    void whatIsUnderASecondIsNotAboutIt() {
        assertThat(Shown.about(400)).isEqualTo("under 1 s");
        assertThat(Shown.about(40_000)).isEqualTo("about 40 s");
    }

    @Test
    void countsAndSentencesReadWell() {
        assertThat(Shown.counted(1, "node", "nodes")).isEqualTo("1 node");
        assertThat(Shown.counted(12_000, "node", "nodes")).isEqualTo("12,000 nodes");
        assertThat(Shown.rate(0.26)).isEqualTo("0.3");
        assertThat(Shown.rate(1234.2)).isEqualTo("1,234");
        assertThat(Shown.sentence("no node is up")).isEqualTo("No node is up.");
        assertThat(Shown.sentence("pi07 is down")).isEqualTo("pi07 is down.");
        assertThat(Shown.sentence("Is it?")).isEqualTo("Is it?");
        assertThat(Shown.sentence("")).isEmpty();
    }
}
