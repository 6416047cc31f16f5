package dev.bramble.board.panel;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How fast the fan turns: faster at once, slower only when the board is clearly cooler, and at full speed whenever
 * nobody knows how hot it is. Not safe for threads.
 */
public final class FanCurve {
    /** What a fan changes within a minute, so that it does not follow its own breath. */
    static final double HYSTERESIS_CELSIUS = 4;
    /** A fan that stands needs more to begin than to go on. */
    static final Duration SPIN_UP = Duration.ofMillis(1500);

    private static final int FULL_PERCENT = 100;

    private final FanRule rule;
    private int percent = FULL_PERCENT;
    private boolean isSpinningUp;
    private long spinUpUntilNanos;

    public FanCurve(FanRule rule) {
        this.rule = rule;
    }

    /**
     * Looks at the board.
     *
     * @param celsius empty while it is not known
     * @return of full speed
     */
    public int percent(long nowNanos, OptionalDouble celsius) {
        int next = celsius.isEmpty() ? FULL_PERCENT : next(celsius.getAsDouble());
        if (percent == 0 && next > 0) {
            isSpinningUp = true;
            spinUpUntilNanos = nowNanos + SPIN_UP.toNanos();
        }
        percent = next;
        isSpinningUp = isSpinningUp && percent > 0 && nowNanos - spinUpUntilNanos < 0;
        return isSpinningUp ? FULL_PERCENT : percent;
    }

    private int next(double celsius) {
        int rising = demanded(celsius);
        if (rising >= percent) {
            return rising;
        }
        return Math.min(percent, demanded(celsius + HYSTERESIS_CELSIUS));
    }

    private int demanded(double celsius) {
        // Also what is no number is no reason to stand still.
        if (!(celsius < rule.fullCelsius())) {
            return FULL_PERCENT;
        }
        if (celsius < rule.fromCelsius()) {
            return 0;
        }
        double share = (celsius - rule.fromCelsius()) / (rule.fullCelsius() - rule.fromCelsius());
        return (int) Math.round(rule.leastPercent() + share * (FULL_PERCENT - rule.leastPercent()));
    }
}
