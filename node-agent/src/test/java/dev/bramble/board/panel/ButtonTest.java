package dev.bramble.board.panel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.ButtonPress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ButtonTest {
    private static final long MILLI = 1_000_000;
    private final Button button = new Button();
    private final List<ButtonPress> presses = new ArrayList<>();
    private long nowNanos;

    @BeforeEach
    void isFirstSeenUp() {
        button.look(nowNanos, false);
    }

    /** The line is so for a while; looked at only when it moves and when the button asks for it. */
    private void line(boolean down, long millis) {
        long end = nowNanos + millis * MILLI;
        button.look(nowNanos, down).ifPresent(presses::add);
        while (button.asksAgainAfter(nowNanos).isPresent()
                && nowNanos + button.asksAgainAfter(nowNanos).get().toNanos() <= end) {
            nowNanos += button.asksAgainAfter(nowNanos).get().toNanos();
            button.look(nowNanos, down).ifPresent(presses::add);
        }
        nowNanos = end;
    }

    @Test
    void pressThatIsLetGoIsAShortOne() {
        line(true, 120);
        assertThat(presses).isEmpty();
        line(false, 1000);
        assertThat(presses).containsExactly(ButtonPress.SHORT);
    }

    @Test
    void contactThatBouncesIsPressedOnce() {
        for (int i = 0; i < 6; i++) {
            line(true, 3);
            line(false, 2);
        }
        line(true, 100);
        for (int i = 0; i < 6; i++) {
            line(false, 3);
            line(true, 2);
        }
        line(false, 1000);
        assertThat(presses).containsExactly(ButtonPress.SHORT);
    }

    @Test
    void disturbanceOnTheWireIsNoPress() {
        for (int i = 0; i < 50; i++) {
            line(true, 8);
            line(false, 300);
        }
        assertThat(presses).isEmpty();
    }

    @Test
    void twoInARowAreADoubleOneAndTwoApartAreTwo() {
        line(true, 100);
        line(false, 200);
        line(true, 100);
        line(false, 1000);
        assertThat(presses).containsExactly(ButtonPress.DOUBLE);
        line(true, 100);
        line(false, 1000);
        line(true, 100);
        line(false, 1000);
        assertThat(presses).containsExactly(ButtonPress.DOUBLE, ButtonPress.SHORT, ButtonPress.SHORT);
    }

    @Test
    void longOneIsDoneWhenItIsLetGo() {
        line(true, 2999);
        assertThat(button.feel(nowNanos)).isEqualTo(Button.Feel.DOWN);
        line(true, 1000);
        assertThat(button.feel(nowNanos)).isEqualTo(Button.Feel.DOWN_LONG);
        assertThat(presses).isEmpty();
        line(false, 1000);
        assertThat(presses).containsExactly(ButtonPress.LONG);
        assertThat(button.feel(nowNanos)).isEqualTo(Button.Feel.UP);
    }

    @Test
    void whatLiesOnTheButtonMeansNothing() {
        line(true, 11_000);
        assertThat(button.feel(nowNanos)).isEqualTo(Button.Feel.UP);
        line(false, 1000);
        assertThat(presses).isEmpty();
        line(true, 100);
        line(false, 1000);
        assertThat(presses).as("and later it works again").containsExactly(ButtonPress.SHORT);
    }

    @Test
    void buttonThatIsDownWhenTheAgentBeginsMeansNothing() {
        Button stuck = new Button();
        stuck.look(0, true);
        stuck.look(4_000 * MILLI, false);
        assertThat(stuck.look(5_000 * MILLI, false)).isEmpty();
        assertThat(stuck.look(6_000 * MILLI, false)).isEmpty();
    }
}
