package dev.bramble.board.panel;

import java.util.Optional;

/**
 * Which lines of which chip light, fan and button hang on.
 *
 * @param chip such as gpiochip0; empty for the one of a Raspberry Pi's header
 * @param fan driven as this says it turns at full speed; empty for no fan that could be driven
 * @param red driven as this says the red light is on
 * @param green driven as this says the green light is on
 * @param button as this says it is pressed
 * @param fanRule how the fan follows the temperature
 */
public record Wiring(
        Optional<String> chip,
        Optional<Line> fan,
        Optional<Line> red,
        Optional<Line> green,
        Optional<Line> button,
        FanRule fanRule) {
    /** As {@code hardware/pins.csv} has it. */
    public static final Wiring STANDARD = new Wiring(
            Optional.empty(),
            Optional.of(new Line(18, false, Pull.DOWN)),
            Optional.of(new Line(23, true, Pull.DOWN)),
            Optional.of(new Line(24, true, Pull.DOWN)),
            Optional.of(new Line(25, false, Pull.UP)),
            FanRule.STANDARD);

    /** What holds a line while nobody drives it. */
    public enum Pull {
        UP,
        DOWN,
        NONE
    }

    /**
     * A line.
     *
     * @param number on its chip, which on a Pi is the number of the GPIO
     * @param activeHigh whether it is active when high
     * @param pull of an input, asked of the kernel; of an output, what the chip has by itself
     */
    public record Line(int number, boolean activeHigh, Pull pull) {}
}
