package dev.bramble.control.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"90s,90", "10m,600", "2h,7200", "1h30m,5400", "7d,604800", "1d2h3m4s,93784", "0s,0"})
    void durationIsTheSumOfItsParts(String text, long seconds) {
        assertThat(Units.duration(text)).hasValue(Duration.ofSeconds(seconds));
    }

    @Test
    void millisecondsAreNotMinutes() {
        assertThat(Units.duration("5ms")).hasValue(Duration.ofMillis(5));
        assertThat(Units.duration("5m")).hasValue(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "90", "s", "1.5h", "-3s", "30m1h", "1h 30m", "10 m", "99999999999s", "1w", "٣s"})
    void whatIsNoDurationIsNotRead(String text) {
        assertThat(Units.duration(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999, 1_000, 59_999, 60_000, 3_600_000, 5_400_001, 86_400_000, 315_360_000_000L})
    void durationIsReadBackAsWritten(long millis) {
        Duration duration = Duration.ofMillis(millis);
        assertThat(Units.duration(Units.written(duration))).hasValue(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "100B,100",
        "1K,1024",
        "512M,536870912",
        "512MiB,536870912",
        "512mi,536870912",
        "512MB,536870912",
        "1G,1073741824",
        "1.5GiB,1610612736",
        "1T,1099511627776",
        "1000T,1099511627776000",
        "1099511627776000B,1099511627776000",
        "0,0",
        "0.5K,512",
        "1048576,1048576",
        "0.1B,1"
    })
    void unitsOfSizesArePowersOf1024(String text, long bytes) {
        assertThat(Units.sizeBytes(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "512", "M", "-1M", "1,5G", "1 G", "1iB", "1P", "2000T", "1e9", "99999999999999999"})
    void whatIsNoSizeIsNotRead(String text) {
        assertThat(Units.sizeBytes(text)).isEmpty();
    }
}
