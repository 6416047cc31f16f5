package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AilingTest {
    private static final Reading NONE = Reading.unknown("test");
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private Ailing board = new Ailing(ailment -> false, 0);
    private long nowNanos;

    private static Optional<BoardHealth> at(Reading celsius) {
        return Optional.of(
                new BoardHealth("board", "boot", celsius, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE));
    }

    private void during(int seconds, Optional<BoardHealth> health) {
        for (int second = 0; second < seconds; second++) {
            board.look(health, HealthLimits.STANDARD, nowNanos);
            nowNanos += Duration.ofSeconds(1).toNanos();
        }
        board.look(health, HealthLimits.STANDARD, nowNanos);
    }

    private boolean isHot() {
        return board.isSickFor(Ailment.HOT, TEN_SECONDS, nowNanos);
    }

    private boolean isCool() {
        return board.isWellFor(Ailment.HOT, TEN_SECONDS, nowNanos);
    }

    @Test
    void whatLastsCountsBetweenTheLimitsAsBefore() {
        during(9, at(Reading.known(80)));
        assertThat(isHot()).isFalse();
        during(1, at(Reading.known(81)));
        assertThat(isHot()).isTrue();
        during(100, at(Reading.known(75)));
        assertThat(isHot()).isTrue();
        during(9, at(Reading.known(74.9)));
        assertThat(isHot()).isFalse();
        assertThat(isCool()).as("not quite so long").isFalse();
        during(1, at(Reading.known(79.9)));
        assertThat(isCool()).isTrue();
    }

    @Test
    void whatIsUnknownOrOldOrNotHeardCountsAsNeither() {
        for (Optional<BoardHealth> silent :
                List.of(at(NONE), at(new Reading(99.0, 10_001, "")), Optional.<BoardHealth>empty())) {
            during(20, at(Reading.known(90)));
            during(1, silent);
            assertThat(isHot()).isFalse();
            assertThat(isCool()).isFalse();
            during(9, at(Reading.known(78)));
            assertThat(isHot()).as("counted anew").isFalse();
            during(2, at(Reading.known(78)));
            assertThat(isHot()).as("still hot, as it was before").isTrue();
        }
    }

    /** As a board tells it that tries a write every minute only: the kernel has not given its disk up yet. */
    @Test
    void aRefusedWriteCountsUntilTheNextIsTried() {
        for (int second = 0; second < 200; second++) {
            board.look(written(new Reading(0.0, second % 60 * 1000L, "")), HealthLimits.STANDARD, nowNanos);
            assertThat(board.isSickFor(Ailment.DISK_READ_ONLY, TEN_SECONDS, nowNanos))
                    .as("after %d s", second)
                    .isEqualTo(second >= 10);
            nowNanos += Duration.ofSeconds(1).toNanos();
        }
        board.look(written(new Reading(0.0, 120_001, "")), HealthLimits.STANDARD, nowNanos);
        assertThat(board.isSickFor(Ailment.DISK_READ_ONLY, Duration.ZERO, nowNanos))
                .as("nobody has tried since")
                .isFalse();
    }

    private static Optional<BoardHealth> written(Reading diskWritable) {
        return Optional.of(new BoardHealth(
                "board", "boot", NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, diskWritable, NONE));
    }

    @Test
    void whatAnEarlierLeaderActedOnHasToCoolDownFirst() {
        board = new Ailing(ailment -> ailment == Ailment.HOT, 0);
        during(20, at(Reading.known(78)));
        assertThat(isCool()).isFalse();
        assertThat(isHot()).isTrue();
    }
}
