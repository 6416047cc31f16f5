package dev.bramble.board.panel;

/**
 * How a fan follows the processor's temperature.
 *
 * @param fromCelsius it turns from here on
 * @param fullCelsius from here on it turns at full speed
 * @param leastPercent the least of full speed at which it surely turns
 */
public record FanRule(int fromCelsius, int fullCelsius, int leastPercent) {
    /**
     * A Pi 4 lowers its clock from 80 °C on: at full speed well before. Fans with a control wire turn from a fifth of
     * their speed on, and a little more is surer.
     */
    public static final FanRule STANDARD = new FanRule(55, 72, 30);
}
