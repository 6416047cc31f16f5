package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.SimBoard;
import dev.bramble.board.panel.Front;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class BoardReadingsTest {
    private final Queue<Runnable> begun = new ArrayDeque<>();
    private final SimTime time = new SimTime();
    private final BoardReadings readings =
            new BoardReadings(new SimBoard("serial", "boot"), Front.NONE, time.newLoop(), begun::add, () -> 0);

    @Test
    void figuresOfABoardThatDoesNotAnswerGrowOldAndOneReadingIsUnderWay() {
        readings.every();
        assertThat(readings.newest()).isEmpty();
        begun.remove().run();
        assertThat(readings.newest().orElseThrow().temperatureCelsius().ageMillis())
                .isZero();
        assertThat(readings.calendar()).isPresent();

        while (time.nanos() < Duration.ofMinutes(1).toNanos()) {
            time.step();
        }
        assertThat(begun).hasSize(1);
        assertThat(readings.calendar()).as("nobody knows of the clock now").isEmpty();
        assertThat(readings.newest().orElseThrow().temperatureCelsius().ageMillis())
                .isEqualTo(60_000);
        assertThat(readings.newest().orElseThrow().diskWritable().ageMillis()).isEqualTo(60_000);

        begun.remove().run();
        assertThat(readings.newest().orElseThrow().diskWritable().ageMillis()).isZero();
    }
}
