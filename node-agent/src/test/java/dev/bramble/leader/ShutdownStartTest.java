package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.ShutdownRecord;
import dev.bramble.model.DrainMode;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShutdownStartTest {
    private static final Duration LONG = ShutdownStart.SEES_ALL_AFTER;

    private static ShutdownRecord shutdown(Optional<List<String>> lives, Optional<List<String>> poweringOff) {
        return new ShutdownRecord(
                1,
                DrainMode.FINISH,
                Moment.FOUNDING,
                Duration.ofSeconds(30),
                "storm",
                "ada",
                Moment.FOUNDING,
                lives,
                poweringOff);
    }

    private static final ShutdownRecord ORDERED = shutdown(Optional.of(List.of("a1", "b1")), Optional.empty());

    @Test
    void oneRestartedLeaderGoesOnWithTheShutdown() {
        assertThat(ShutdownStart.of(ORDERED, "a2", List.of("a2", "b1"), LONG)).isEqualTo(ShutdownStart.NOT_YET);
    }

    @Test
    void whenNobodyIsLeftWhoWasThereThePowerWasCut() {
        assertThat(ShutdownStart.of(ORDERED, "a2", List.of("a2", "b2", "c1"), LONG))
                .isEqualTo(ShutdownStart.STARTED);
    }

    @Test
    void aNewLeaderFirstLooksWhoElseIsUp() {
        assertThat(ShutdownStart.of(ORDERED, "a2", List.of("a2"), LONG.minusMillis(1)))
                .isEqualTo(ShutdownStart.UNSURE);
    }

    @Test
    void onceBoardsPowerOffALeaderThatBeganLaterIsTheStart() {
        ShutdownRecord off = shutdown(ORDERED.lives(), Optional.of(List.of("a1", "b1")));
        assertThat(ShutdownStart.of(off, "a1", List.of("a1"), LONG)).isEqualTo(ShutdownStart.NOT_YET);
        assertThat(ShutdownStart.of(off, "a2", List.of("a2", "b1"), Duration.ZERO))
                .as("b could not power off")
                .isEqualTo(ShutdownStart.STARTED);
    }

    @Test
    void anOrderOfAnOlderReleaseGoesOn() {
        assertThat(ShutdownStart.of(shutdown(Optional.empty(), Optional.empty()), "a2", List.of("a2"), LONG))
                .isEqualTo(ShutdownStart.NOT_YET);
    }
}
