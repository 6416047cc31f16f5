package dev.bramble.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SimBoardTest {
    private static final int HOUR_SECONDS = 3_600;

    private static List<BoardHealth> hour(Play play) {
        long[] now = {7_000_000_000L};
        SimBoard board = new SimBoard("file-1", "boot-1", true, () -> Set.of(play), () -> now[0]);
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
                        .isEqualTo(health.temperatureCelsius().value() >= SimBoard.THROTTLED_FROM_CELSIUS)
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

    /** A still board of which the test is the room, the work and the fan. */
    private static final class Room {
        Set<Play> plays = Set.of();
        private long nanos;
        final SimBoard board = new SimBoard("file-1", "boot-1", false, () -> plays, () -> nanos);

        BoardHealth after(int seconds, double busy, double fan) {
            BoardHealth last = board.health();
            for (int second = 0; second < seconds; second++) {
                board.feel(busy, OptionalDouble.of(fan));
                nanos += 1_000_000_000L;
                last = board.health();
            }
            return last;
        }
    }

    private static double celsius(BoardHealth health) {
        return health.temperatureCelsius().value();
    }

    @Test
    void temperatureFollowsWorkAndFanWithTheBoardsInertia() {
        Room room = new Room();
        double idle = celsius(room.after(0, 0, 0));
        double rise = ThermalModel.FULL_RISE_CELSIUS - ThermalModel.IDLE_RISE_CELSIUS;

        assertThat(idle).isCloseTo(48.3, within(0.1));
        // After one time constant 63 % of the way, after ten all of it.
        assertThat(celsius(room.after(100, 1, 0)) - idle).isCloseTo(0.632 * rise, within(0.1));
        double full = celsius(room.after(1_000, 1, 0));
        assertThat(full - idle).isCloseTo(rise, within(0.1));
        double cooled = celsius(room.after(1_000, 1, 1));
        assertThat(full - cooled).isCloseTo(ThermalModel.FULL_RISE_CELSIUS / 2, within(0.1));
        assertThat(room.after(0, 1, 1).detailOrUnknown().fanShare().value()).isEqualTo(1);
    }

    @Test
    void scriptMakesItSickAndWellAgainWhileItRuns() {
        Room room = new Room();
        room.plays = Set.of(Play.READ_ONLY, Play.NO_CLOCK, Play.WORN_CARD);
        BoardHealth sick = room.after(1, 0, 0);
        assertThat(sick.diskWritable().value()).isZero();
        assertThat(sick.detailOrUnknown().rootWritable().value()).isZero();
        assertThat(sick.clockSynchronised().value()).isZero();
        assertThat(sick.diskWrittenBytes().orElseThrow().value()).isGreaterThan(1e13);

        room.plays = Set.of(Play.WEAK_POWER);
        assertThat(room.after(20, 0, 0).underVoltage().value()).isEqualTo(1);
        room.plays = Set.of();
        BoardHealth well = room.after(1, 0, 0);
        assertThat(well.underVoltage().value()).isZero();
        assertThat(well.underVoltageSinceBoot().orElseThrow().value()).isEqualTo(1);
        assertThat(well.diskWritable().value()).isEqualTo(1);
        assertThat(well.clockSynchronised().value()).isEqualTo(1);
    }

    @Test
    void boardThatIsTooHotRunsAtALowerClock() {
        Room room = new Room();
        room.plays = Set.of(Play.HOT);
        BoardHealth hot = room.after(1_350, 1, 1);

        assertThat(celsius(hot)).isGreaterThan(80);
        assertThat(hot.speed().value()).isEqualTo(0.6);
        assertThat(hot.detailOrUnknown().clockMegahertz().value()).isEqualTo(900);
        assertThat(hot.detailOrUnknown().clockMaxMegahertz().value()).isEqualTo(1_500);
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
