package dev.bramble.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.PlayedBoard.Play;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PlayedBoardTest {
    private static final int HOUR_SECONDS = 3_600;

    private static List<BoardHealth> hour(Play play) {
        long[] now = {7_000_000_000L};
        PlayedBoard board = new PlayedBoard("file-1", "boot-1", play, () -> now[0]);
        List<BoardHealth> seen = new ArrayList<>();
        for (int second = 0; second <= HOUR_SECONDS; second++) {
            seen.add(board.health());
            now[0] += 1_000_000_000L;
        }
        return seen;
    }

    private static DoubleSummaryStatistics of(List<BoardHealth> seen, Function<BoardHealth, Reading> figure) {
        return seen.stream().map(figure).mapToDouble(Reading::value).summaryStatistics();
    }

    @Test
    void boardThatIsWellMovesAndIsNeverUnwell() {
        List<BoardHealth> hour = hour(Play.WELL);

        assertThat(of(hour, BoardHealth::temperatureCelsius).getMin()).isBetween(40.0, 50.0);
        assertThat(of(hour, BoardHealth::temperatureCelsius).getMax()).isBetween(52.0, 60.0);
        assertThat(of(hour, BoardHealth::load1).getMax()).isGreaterThan(2);
        assertThat(of(hour, BoardHealth::load1).getMin()).isNotNegative();
        assertThat(of(hour, BoardHealth::throttled).getMax()).isZero();
        assertThat(of(hour, BoardHealth::underVoltage).getMax()).isZero();
        assertThat(hour).allSatisfy(health -> assertThat(health.board()).contains("simulated"));
    }

    @Test
    void hotBoardIsThrottledWhileItIsHotAndOnlyThen() {
        assertThat(hour(Play.HOT))
                .allSatisfy(health -> assertThat(health.throttled().value() == 1)
                        .isEqualTo(health.temperatureCelsius().value() >= PlayedBoard.THROTTLED_FROM_CELSIUS)
                        .isEqualTo(health.speed().value() < 1))
                .anyMatch(health -> health.throttled().value() == 1)
                .anyMatch(health -> health.throttled().value() == 0);
    }

    @Test
    void boardThatWasThrottledOnceRemembersItSinceItsBoot() {
        assertThat(hour(Play.THROTTLED_BEFORE))
                .allMatch(health -> health.throttled().value() == 0)
                .allMatch(health -> health.throttledSinceBoot().orElseThrow().value() == 1);
    }

    @Test
    void weakSupplyComesAndGoesAndIsRemembered() {
        assertThat(of(hour(Play.WEAK_POWER), BoardHealth::underVoltage).getAverage())
                .isBetween(0.4, 0.6);
        assertThat(hour(Play.WEAK_POWER))
                .allMatch(health -> health.underVoltageSinceBoot().orElseThrow().value() == 1);
    }

    @Test
    void diskThatFillsIsNearlyFullAfterAnHour() {
        List<BoardHealth> hour = hour(Play.FILLING_DISK);

        assertThat(hour.getFirst().diskFreeBytes().value()).isGreaterThan(1e9);
        assertThat(hour.getLast().diskFreeBytes().value()).isLessThan(128 << 20);
    }

    @Test
    void everyPlayHasAWordThatIsReadBack() {
        for (Play play : Play.values()) {
            assertThat(Play.of(play.word())).contains(play);
            assertThat(Play.words()).contains(play.word());
        }
        assertThat(Play.of("sad")).isEmpty();
    }
}
