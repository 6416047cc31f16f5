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
        assertThat(ShutdownStart.of(ORDERED, "a2", List.of("a2", "b1"), false, LONG))
                .isEqualTo(ShutdownStart.NOT_YET);
    }

    @Test
    void whenNobodyIsLeftWhoWasThereThePowerWasCut() {
        assertThat(ShutdownStart.of(ORDERED, "a2", List.of("a2", "b2", "c1"), false, LONG))
                .isEqualTo(ShutdownStart.STARTED);
    }

    @Test
    void aNewLeaderFirstLooksWhoElseIsUp() {
        assertThat(ShutdownStart.of(ORDERED, "a2", List.of("a2"), false, LONG.minusMillis(1)))
                .isEqualTo(ShutdownStart.UNSURE);
    }

    @Test
    void onceBoardsPowerOffALeaderThatBeganLaterIsTheStart() {
        ShutdownRecord off = shutdown(ORDERED.lives(), Optional.of(List.of("a1", "b1")));
        assertThat(ShutdownStart.of(off, "a1", List.of("a1"), false, LONG)).isEqualTo(ShutdownStart.NOT_YET);
        assertThat(ShutdownStart.of(off, "a2", List.of("a2", "b1"), false, Duration.ZERO))
                .as("b could not power off")
                .isEqualTo(ShutdownStart.STARTED);
    }

    private static ShutdownStart off(String leader, List<String> ups, boolean isStuck) {
        ShutdownRecord off = shutdown(Optional.of(List.of("a1", "b1", "c1")), Optional.of(List.of("a1", "b1")));
        return ShutdownStart.of(off, leader, ups, isStuck, LONG);
    }

    @Test
    void aLeaderThatStaysOnLetsWorkGoOnOnceOthersAreBackAndNobodyPowersOffAnyMore() {
        assertThat(off("a1", List.of("a1"), true)).as("nobody is back").isEqualTo(ShutdownStart.NOT_YET);
        assertThat(off("a1", List.of("a1", "b2"), false))
                .as("it may power off yet")
                .isEqualTo(ShutdownStart.NOT_YET);
        assertThat(off("a1", List.of("a1", "b2"), true)).isEqualTo(ShutdownStart.STARTED);
    }

    @Test
    void aLeaderThatWasAwayWhenBoardsWereToldGoesOnUntilSomebodyIsBack() {
        assertThat(off("c1", List.of("b1", "c1"), false)).isEqualTo(ShutdownStart.NOT_YET);
        assertThat(off("c1", List.of("b2", "c1"), false)).isEqualTo(ShutdownStart.STARTED);
    }

    @Test
    void anOrderOfAnOlderReleaseGoesOn() {
        assertThat(ShutdownStart.of(shutdown(Optional.empty(), Optional.empty()), "a2", List.of("a2"), false, LONG))
                .isEqualTo(ShutdownStart.NOT_YET);
    }
}
