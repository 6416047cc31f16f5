package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.time.Moment;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CalendarMapTest {
    private static final Instant MONDAY = Instant.parse("2026-11-23T08:00:00Z");

    private final CalendarMap calendar = new CalendarMap();

    private static Moment hour(int number) {
        return Moment.FOUNDING.plus(Duration.ofHours(number));
    }

    private void map(Moment from, Instant then) {
        calendar.map(from, then.toEpochMilli() - from.millis());
    }

    @Test
    void thereIsNoDateBeforeAClockWasSynchronised() {
        assertThat(calendar.at(hour(1))).isEmpty();
        assertThat(calendar.offsetMillis()).isEmpty();
    }

    @Test
    void whatHappenedBeforeAWeekWithoutPowerKeepsItsDate() {
        map(hour(0), MONDAY);
        Instant week = MONDAY.plus(Duration.ofDays(7));
        map(hour(2), week);
        assertThat(calendar.at(hour(1))).contains(MONDAY.plus(Duration.ofHours(1)));
        assertThat(calendar.at(hour(2))).contains(week);
        assertThat(calendar.at(hour(3))).contains(week.plus(Duration.ofHours(1)));
    }

    @Test
    void whatWasBeforeTheFirstDateIsDatedByIt() {
        map(hour(2), MONDAY);
        assertThat(calendar.at(hour(1))).contains(MONDAY.minus(Duration.ofHours(1)));
    }

    @Test
    void correctionCannotReachBehindTheNewestStretch() {
        map(hour(2), MONDAY);
        map(hour(4), MONDAY.plus(Duration.ofHours(9)));
        calendar.map(hour(1), 7);
        assertThat(calendar.at(hour(3))).contains(MONDAY.plus(Duration.ofHours(1)));
        assertThat(calendar.offsetMillis()).contains(7L);
    }

    @Test
    void onlyTheNewestStretchesAreKept() {
        for (int i = 0; i < CalendarMap.STRETCHES_MAX + 9; i++) {
            calendar.map(hour(i), i);
        }
        assertThat(calendar.image()).hasSize(CalendarMap.STRETCHES_MAX);
        assertThat(calendar.offsetMillis()).contains(CalendarMap.STRETCHES_MAX + 8L);
    }
}
