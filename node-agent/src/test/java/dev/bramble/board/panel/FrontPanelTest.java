package dev.bramble.board.panel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.ButtonPress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FrontPanelTest {
    private final SimPanel panel = new SimPanel();
    private final List<ButtonPress> presses = new ArrayList<>();
    private final FrontPanel front = new FrontPanel(panel, FanRule.STANDARD, presses::add);
    private Light light = Light.WORKING;
    private OptionalDouble celsius = OptionalDouble.of(40);
    private long nowNanos;

    /** Steps as often as it asks for; how many steps that were. */
    private int pass(Duration length) {
        long end = nowNanos + length.toNanos();
        int steps = 1;
        long next = nowNanos + front.step(nowNanos, light, celsius).toNanos();
        while (next <= end) {
            nowNanos = next;
            next = nowNanos + front.step(nowNanos, light, celsius).toNanos();
            steps++;
        }
        nowNanos = end;
        return steps;
    }

    private void press(Duration length) {
        panel.press(true);
        pass(length);
        panel.press(false);
        pass(Duration.ofSeconds(1));
    }

    @Test
    void lightIsLitAsItsPatternSays() {
        pass(Duration.ofMillis(1));
        assertThat(panel.lamp()).isEqualTo(Lamp.GREEN);
        pass(Duration.ofMillis(200));
        assertThat(panel.lamp()).isEqualTo(Lamp.DARK);
        light = Light.TROUBLE;
        pass(Duration.ofMillis(1));
        assertThat(panel.lamp()).as("another light begins at once").isEqualTo(Lamp.RED);
        assertThat(front.report().light()).isEqualTo("short and long red – trouble");
    }

    @Test
    void panelThatShowsNothingNewIsLeftAlone() {
        light = Light.SAFE;
        assertThat(pass(Duration.ofSeconds(60))).isLessThan(70);
        light = Light.WORKING;
        assertThat(pass(Duration.ofSeconds(60))).isLessThan(130);
    }

    @Test
    void fanFollowsTheBoardAndTurnsAtFullSpeedWhenNobodyKnows() {
        pass(Duration.ofSeconds(5));
        assertThat(panel.fanPercent()).isZero();
        celsius = OptionalDouble.of(60);
        pass(Duration.ofSeconds(5));
        assertThat(panel.fanPercent()).isBetween(40, 60);
        assertThat(front.report().fanPercent()).contains(panel.fanPercent());
        celsius = OptionalDouble.empty();
        pass(Duration.ofSeconds(1));
        assertThat(panel.fanPercent()).isEqualTo(100);
    }

    @Test
    void handSeesThatItsPressIsNoticed() {
        pass(Duration.ofSeconds(1));
        panel.press(true);
        pass(Duration.ofMillis(500));
        assertThat(front.report().light()).isEqualTo(Light.PRESSED.words());
        assertThat(panel.lamp()).isEqualTo(Lamp.DARK);
        pass(Duration.ofSeconds(3));
        assertThat(front.report().light()).isEqualTo(Light.LET_GO.words());
        panel.press(false);
        pass(Duration.ofSeconds(1));
        assertThat(presses).containsExactly(ButtonPress.LONG);
        assertThat(front.report().light()).isEqualTo(Light.WORKING.words());
    }

    @Test
    void shortPressIsToldOnce() {
        pass(Duration.ofSeconds(1));
        press(Duration.ofMillis(150));
        pass(Duration.ofSeconds(5));
        assertThat(presses).containsExactly(ButtonPress.SHORT);
    }

    @Test
    void refusalIsShownForAMoment() {
        pass(Duration.ofSeconds(1));
        front.refuse(nowNanos);
        pass(Duration.ofSeconds(2));
        assertThat(front.report().light()).isEqualTo(Light.REFUSED.words());
        pass(Duration.ofSeconds(2));
        assertThat(front.report().light()).isEqualTo(Light.WORKING.words());
    }
}
