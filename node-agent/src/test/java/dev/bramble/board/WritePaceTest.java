package dev.bramble.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bramble.model.Reading;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WritePaceTest {
    private final WritePace pace = new WritePace();

    private Reading at(Duration time, double bytes) {
        return pace.at(time.toNanos(), Reading.known(bytes));
    }

    @Test
    void lastDayCountsAndNotAllTimes() {
        // A heavy hour, then two quiet days.
        at(Duration.ZERO, 0);
        Reading heavy = at(Duration.ofHours(1), 1e9);
        assertThat(heavy.value()).isCloseTo(24e9, within(1.0));

        Reading quiet = heavy;
        for (int hour = 2; hour <= 48; hour++) {
            quiet = at(Duration.ofHours(hour), 1e9 + (hour - 1) * 1e6);
        }
        assertThat(quiet.value()).isCloseTo(24e6, within(1.0));
    }

    @Test
    void counterThatBeginsAnewIsLookedAtAnew() {
        at(Duration.ZERO, 5e9);
        assertThat(at(Duration.ofHours(2), 0).isKnown()).isFalse();
        assertThat(at(Duration.ofHours(3), 1e6).value()).isCloseTo(24e6, within(1.0));
    }

    @Test
    void nothingIsSaidOfACounterThatIsNotThere() {
        assertThat(pace.at(1, Reading.unknown("no counter")).unknownBecause()).isEqualTo("no counter");
    }
}
