package dev.bramble.board.panel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FanCurveTest {
    private static final FanRule RULE = new FanRule(50, 70, 30);
    private final FanCurve curve = new FanCurve(RULE);
    private long nowNanos;

    private int at(double celsius) {
        nowNanos += 10_000_000_000L;
        return curve.percent(nowNanos, OptionalDouble.of(celsius));
    }

    /** After the fan has begun to turn. */
    private int settledAt(double celsius) {
        at(celsius);
        return at(celsius);
    }

    @Test
    void fanFollowsTheTemperatureBetweenItsLeastAndFullSpeed() {
        assertThat(settledAt(30)).isZero();
        assertThat(settledAt(50)).isEqualTo(30);
        assertThat(settledAt(60)).isEqualTo(65);
        assertThat(settledAt(70)).isEqualTo(100);
        assertThat(settledAt(95)).isEqualTo(100);
    }

    @Test
    void itNeverTurnsSlowerThanItSurelyTurns() {
        for (double celsius = 20; celsius < 90; celsius += 0.1) {
            int percent = settledAt(celsius);
            assertThat(percent == 0 || percent >= RULE.leastPercent()).isTrue();
        }
    }

    @Test
    void whatIsNotKnownAndWhatIsNoNumberTurnItAtFullSpeedAtOnce() {
        settledAt(30);
        assertThat(curve.percent(nowNanos, OptionalDouble.empty())).isEqualTo(100);
        settledAt(30);
        assertThat(at(Double.NaN)).isEqualTo(100);
        assertThat(new FanCurve(RULE).percent(0, OptionalDouble.empty())).isEqualTo(100);
    }

    @Test
    void itSlowsDownOnlyWhenTheBoardIsClearlyCooler() {
        settledAt(30);
        settledAt(60);
        assertThat(at(57)).isEqualTo(65);
        assertThat(at(52)).isEqualTo(51);
        assertThat(at(56)).isEqualTo(51);
        assertThat(at(47)).isPositive();
        assertThat(at(45.9)).isZero();
        assertThat(at(49.9)).isZero();
    }

    @Test
    void fanThatStandsBeginsAtFullSpeed() {
        settledAt(30);
        assertThat(at(51)).isEqualTo(100);
        nowNanos += FanCurve.SPIN_UP.toNanos() - 1;
        assertThat(curve.percent(nowNanos, OptionalDouble.of(51))).isEqualTo(100);
        nowNanos += 1;
        assertThat(curve.percent(nowNanos, OptionalDouble.of(51))).isLessThan(40);
    }
}
