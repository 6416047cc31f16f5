package dev.bramble.board.panel;

import dev.bramble.model.ButtonPress;
import dev.bramble.model.PanelReport;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Has a panel show what it should and says when to look again. Knows no thread and no clock; one thread at a time. */
public final class FrontPanel {
    /** A board warms up by a degree or two in a second. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Twice {@link Light#REFUSED}. */
    static final Duration REFUSED_SHOWN = Duration.ofMillis(3600);

    private final Panel panel;
    private final FanCurve curve;
    private final Button button = new Button();
    private final Consumer<ButtonPress> pressed;
    private Light shown = Light.STARTING;
    private long shownSinceNanos;
    private boolean hasBegun;
    private int fanPercent = 100;
    private Optional<Long> refusedUntilNanos = Optional.empty();

    /** @param pressed told what somebody meant with the button */
    public FrontPanel(Panel panel, FanRule rule, Consumer<ButtonPress> pressed) {
        this.panel = panel;
        this.curve = new FanCurve(rule);
        this.pressed = pressed;
    }

    /**
     * Shows it.
     *
     * @param light of the node
     * @param celsius of the processor; empty while nobody knows
     * @return when to be called again, unless the button or the light changes before
     */
    public Duration step(long nowNanos, Light light, OptionalDouble celsius) {
        // First: a light that fails holds up nobody's cooling.
        fanPercent = curve.percent(nowNanos, celsius);
        panel.fan(fanPercent);
        if (panel.hasButton()) {
            button.look(nowNanos, panel.isPressed()).ifPresent(pressed);
        }
        Light next = next(nowNanos, light);
        if (next != shown || !hasBegun) {
            hasBegun = true;
            shown = next;
            shownSinceNanos = nowNanos;
        }
        panel.light(shown.at(nowNanos - shownSinceNanos));
        return again(nowNanos);
    }

    /** The bramble did not do what the button asked for: the light says so for a moment. */
    public void refuse(long nowNanos) {
        refusedUntilNanos = Optional.of(nowNanos + REFUSED_SHOWN.toNanos());
    }

    /** What is shown now. */
    public PanelReport report() {
        return panel.report(shown, fanPercent);
    }

    private Light next(long nowNanos, Light light) {
        refusedUntilNanos = refusedUntilNanos.filter(until -> nowNanos - until < 0);
        return switch (button.feel(nowNanos)) {
            case DOWN -> Light.PRESSED;
            case DOWN_LONG -> Light.LET_GO;
            case UP -> refusedUntilNanos.isPresent() ? Light.REFUSED : light;
        };
    }

    private Duration again(long nowNanos) {
        Duration soonest = LOOK_EVERY;
        if (panel.hasLight()) {
            soonest = earlier(soonest, shown.changesAfter(nowNanos - shownSinceNanos));
        }
        soonest = earlier(soonest, refusedUntilNanos.map(until -> Duration.ofNanos(until - nowNanos)));
        return panel.hasButton() ? earlier(soonest, button.asksAgainAfter(nowNanos)) : soonest;
    }

    private static Duration earlier(Duration one, Optional<Duration> other) {
        return other.filter(each -> each.compareTo(one) < 0).orElse(one);
    }
}
