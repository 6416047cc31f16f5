package dev.bramble.dashboard.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesTest {
    private final Series mean = new Series(Series.Condensed.MEAN);

    @Test
    void secondOfWhichNothingIsKnownStaysAGap() {
        mean.add(100, 5);
        mean.add(101, Double.NaN);
        mean.add(102, 7);

        assertThat(mean.at(Resolution.SECOND, 100)).isEqualTo(5);
        assertThat(mean.at(Resolution.SECOND, 101)).isNaN();
        assertThat(mean.at(Resolution.SECOND, 102)).isEqualTo(7);
        assertThat(mean.at(Resolution.SECOND, 103)).isNaN();
    }

    @Test
    void longerSlotIsTheMeanOfWhatIsKnownOfIt() {
        mean.add(120, 2);
        mean.add(121, Double.NaN);
        mean.add(129, 4);
        mean.add(130, 100);

        assertThat(mean.at(Resolution.TEN_SECONDS, 12)).isEqualTo(3);
        assertThat(mean.at(Resolution.TEN_SECONDS, 13)).isEqualTo(100);
        assertThat(mean.at(Resolution.TWO_MINUTES, 1)).isCloseTo(106 / 3.0, org.assertj.core.data.Offset.offset(1e-4));
    }

    @Test
    void longerSlotOfATemperatureIsTheHighest() {
        Series highest = new Series(Series.Condensed.HIGHEST);
        highest.add(10, -5);
        highest.add(11, -9);
        highest.add(20, -30);

        assertThat(highest.at(Resolution.TEN_SECONDS, 1)).isEqualTo(-5);
        assertThat(highest.at(Resolution.TEN_SECONDS, 2)).isEqualTo(-30);
    }

    @Test
    void whatIsOlderThanItsResolutionKeepsIsGoneAndNeverShowsAsYoungerTime() {
        int slots = Resolution.SECOND.slots();
        mean.add(0, 1);
        mean.add(1, 2);
        mean.add(slots + 5L, 3);

        assertThat(mean.at(Resolution.SECOND, 0)).isNaN();
        assertThat(mean.at(Resolution.SECOND, 1)).isNaN();
        for (long gap = 6; gap < slots + 5L; gap++) {
            assertThat(mean.at(Resolution.SECOND, gap)).as("second %d", gap).isNaN();
        }
        assertThat(mean.at(Resolution.SECOND, slots + 5L)).isEqualTo(3);
        assertThat(mean.at(Resolution.TEN_SECONDS, 0)).isEqualTo(1.5);
    }

    @Test
    void gapLongerThanAllThatIsKeptLeavesNothingBehind() {
        for (int second = 0; second < 2_000; second++) {
            mean.add(second, second);
        }
        long later = 2_000 + Resolution.TWO_MINUTES.spanSeconds() * 2;
        mean.add(later, 7);

        for (Resolution resolution : Resolution.values()) {
            long newest = resolution.slotOf(later);
            for (long slot = newest - resolution.slots() - 2; slot < newest; slot++) {
                assertThat(mean.at(resolution, slot))
                        .as("%s %d", resolution, slot)
                        .isNaN();
            }
        }
    }

    @Test
    void chartGetsTheFinestResolutionThatReachesBackSoFar() {
        assertThat(Resolution.of(900, 1)).isEqualTo(Resolution.SECOND);
        assertThat(Resolution.of(901, 1)).isEqualTo(Resolution.TEN_SECONDS);
        assertThat(Resolution.of(60, 5)).isEqualTo(Resolution.TEN_SECONDS);
        assertThat(Resolution.of(86_400, 1)).isEqualTo(Resolution.TWO_MINUTES);
        assertThat(Resolution.of(10_000_000, 1)).isEqualTo(Resolution.TWO_MINUTES);
    }

    @Test
    void figuresOfAHundredNodesTakeLessThanFortyMegabytes() {
        assertThat(100L * NodeFigure.values().length * Series.BYTES).isLessThan(40L << 20);
        assertThat(History.NODES_MAX * (long) NodeFigure.values().length * Series.BYTES)
                .isLessThan(18L << 20);
    }
}
