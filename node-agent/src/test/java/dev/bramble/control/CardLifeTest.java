package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.Play;
import dev.bramble.board.SimBoard;
import dev.bramble.model.BoardHealth;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CardLifeTest {
    private static BoardHealth board(Play play) {
        return new SimBoard("serial", "boot", false, () -> Set.of(play), () -> 0).health();
    }

    @Test
    void lifeIsWhatACardStillBearsAtThePaceOfItsWriting() {
        // 400 GB are written, and 0.3 more a day.
        assertThat(CardLife.days(board(Play.WELL), 1e12).value()).isEqualTo(2_000);
        assertThat(CardLife.words(2_000)).isEqualTo("5 years");
        assertThat(CardLife.words(CardLife.days(board(Play.WELL), 1e15).value()))
                .isEqualTo("over 100 years");
    }

    @Test
    void wornCardHasNoLifeLeft() {
        assertThat(CardLife.days(board(Play.WORN_CARD), 1e13).value()).isZero();
        assertThat(CardLife.words(0)).isEqualTo("none");
        assertThat(CardLife.words(0.4)).isEqualTo("1 day");
        assertThat(CardLife.words(200)).isEqualTo("7 months");
    }

    @Test
    void nothingIsSaidOfACardWhosePaceIsUnknown() {
        BoardHealth health = board(Play.WELL);
        BoardHealth silent = new BoardHealth(
                health.board(),
                health.bootId(),
                health.temperatureCelsius(),
                health.speed(),
                health.load1(),
                health.memoryTotalBytes(),
                health.memoryFreeBytes(),
                health.diskTotalBytes(),
                health.diskFreeBytes(),
                health.underVoltage(),
                health.throttled(),
                health.diskWritable(),
                health.clockSynchronised());

        assertThat(CardLife.days(silent, 1e12).isKnown()).isFalse();
    }
}
