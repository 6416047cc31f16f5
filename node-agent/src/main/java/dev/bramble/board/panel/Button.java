package dev.bramble.board.panel;

import dev.bramble.model.ButtonPress;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells presses of a button from its contact's bouncing, and from a line that is stuck: one that is down when the agent
 * begins to look, or stays down too long, means nothing until it was let go. Not safe for threads.
 */
public final class Button {
    /** Contacts of small buttons bounce for some milliseconds; a finger is slower. */
    static final Duration STEADY = Duration.ofMillis(30);
    /** After the first of two presses the second begins within this. */
    static final Duration SECOND_WITHIN = Duration.ofMillis(450);

    static final Duration LONG_FROM = Duration.ofSeconds(3);
    /** No hand rests on a button so long: something lies on it, or its wires touch. */
    static final Duration STUCK_FROM = Duration.ofSeconds(10);

    /** What the light answers to the hand. */
    public enum Feel {
        UP,
        DOWN,
        /** Down long enough for {@link ButtonPress#LONG}, if it is let go now. */
        DOWN_LONG
    }

    private boolean seen;
    private long seenNanos;
    private boolean isDown;
    private long sinceNanos;
    private boolean isStuck;
    private boolean isFirstLook = true;
    private int presses;

    /**
     * Looks at the line; to be asked whenever it moves, and when {@link #asksAgainAfter} is over.
     *
     * @param down whether it is pressed at this instant
     * @return what was meant, once that is clear
     */
    public Optional<ButtonPress> look(long nowNanos, boolean down) {
        if (isFirstLook) {
            isFirstLook = false;
            seen = down;
            isDown = down;
            isStuck = down;
            seenNanos = nowNanos;
            sinceNanos = nowNanos;
            return Optional.empty();
        }
        if (down != seen) {
            seen = down;
            seenNanos = nowNanos;
        }
        Optional<ButtonPress> press = Optional.empty();
        if (seen != isDown && nowNanos - seenNanos >= STEADY.toNanos()) {
            press = moved();
        } else if (isDown && nowNanos - sinceNanos >= STUCK_FROM.toNanos()) {
            isStuck = true;
            presses = 0;
        }
        boolean isSecondAwaited = !isDown && !seen && presses == 1;
        if (press.isEmpty() && isSecondAwaited && nowNanos - sinceNanos >= SECOND_WITHIN.toNanos()) {
            presses = 0;
            return Optional.of(ButtonPress.SHORT);
        }
        return press;
    }

    /** The line has settled. */
    private Optional<ButtonPress> moved() {
        long lastedNanos = seenNanos - sinceNanos;
        isDown = seen;
        sinceNanos = seenNanos;
        if (isDown) {
            return Optional.empty();
        }
        boolean wasStuck = isStuck || lastedNanos >= STUCK_FROM.toNanos();
        isStuck = false;
        if (wasStuck) {
            presses = 0;
            return Optional.empty();
        }
        if (lastedNanos >= LONG_FROM.toNanos()) {
            presses = 0;
            return Optional.of(ButtonPress.LONG);
        }
        presses++;
        if (presses == 2) {
            presses = 0;
            return Optional.of(ButtonPress.DOUBLE);
        }
        return Optional.empty();
    }

    public Feel feel(long nowNanos) {
        if (!isDown || isStuck) {
            return Feel.UP;
        }
        return nowNanos - sinceNanos >= LONG_FROM.toNanos() ? Feel.DOWN_LONG : Feel.DOWN;
    }

    /** When to look again although the line has not moved; empty when nothing is waited for. */
    public Optional<Duration> asksAgainAfter(long nowNanos) {
        if (seen != isDown) {
            return Optional.of(left(nowNanos, seenNanos, STEADY));
        }
        if (isDown && !isStuck) {
            Duration next = nowNanos - sinceNanos < LONG_FROM.toNanos() ? LONG_FROM : STUCK_FROM;
            return Optional.of(left(nowNanos, sinceNanos, next));
        }
        return presses == 1 ? Optional.of(left(nowNanos, sinceNanos, SECOND_WITHIN)) : Optional.empty();
    }

    private static Duration left(long nowNanos, long fromNanos, Duration length) {
        return Duration.ofNanos(Math.max(0, length.toNanos() - (nowNanos - fromNanos)));
    }
}
