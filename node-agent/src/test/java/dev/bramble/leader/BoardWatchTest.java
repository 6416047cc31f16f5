package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.Reading;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoardWatchTest {
    private static final Reading NONE = Reading.unknown("test");
    private static final long SECOND = 1_000_000_000L;
    private final BoardWatch watch = new BoardWatch(false, board(40, 0), HealthLimits.STANDARD);
    private long nowNanos;

    private static BoardHealth board(double celsius, double underVoltage) {
        return new BoardHealth(
                "board",
                "boot",
                Reading.known(celsius),
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                Reading.known(underVoltage),
                NONE,
                NONE,
                Reading.known(0));
    }

    /** What is told while the board is like this for so long. */
    private Optional<BoardWatch.News> during(int seconds, BoardHealth health) {
        Optional<BoardWatch.News> told = Optional.empty();
        for (int i = 0; i < seconds; i++) {
            nowNanos += SECOND;
            Optional<BoardWatch.News> news = watch.look(health, HealthLimits.STANDARD, nowNanos);
            assertThat(told.isPresent() && news.isPresent()).as("told twice").isFalse();
            told = told.or(() -> news);
        }
        return told;
    }

    @Test
    void whatLastsIsToldOnceAndItsEndOnce() {
        assertThat(during(9, board(40, 1))).isEmpty();
        assertThat(during(60, board(40, 1))).contains(new BoardWatch.News.Sick("its supply gives too little"));
        assertThat(during(299, board(40, 0))).isEmpty();
        assertThat(during(60, board(40, 0))).contains(new BoardWatch.News.Well());
    }

    @Test
    void whatComesAndGoesIsNoNews() {
        for (int i = 0; i < 20; i++) {
            assertThat(during(5, board(40, 1))).isEmpty();
            assertThat(during(5, board(40, 0))).isEmpty();
        }
    }

    @Test
    void whatComesBackEveryFewMinutesIsToldOnce() {
        assertThat(during(15, board(40, 1))).isPresent();
        for (int i = 0; i < 20; i++) {
            assertThat(during(120, board(40, 0))).isEmpty();
            assertThat(during(15, board(40, 1))).isEmpty();
        }
    }

    @Test
    void aBoardNearALimitIsHotUntilItIsClearlyCooler() {
        assertThat(during(20, board(81, 0))).contains(new BoardWatch.News.Sick("it is hot"));
        assertThat(during(200, board(78, 0))).isEmpty();
        assertThat(during(320, board(74, 0))).contains(new BoardWatch.News.Well());
    }

    @Test
    void whatAnEarlierLeaderToldIsNotToldAgain() {
        BoardWatch later = new BoardWatch(true, board(40, 1), HealthLimits.STANDARD);
        for (int i = 0; i < 100; i++) {
            assertThat(later.look(board(40, 1), HealthLimits.STANDARD, i * SECOND))
                    .isEmpty();
        }
    }

    @Test
    void aClockThatIsNotSynchronisedIsNoSickness() {
        assertThat(during(100, board(40, 0))).isEmpty();
    }
}
