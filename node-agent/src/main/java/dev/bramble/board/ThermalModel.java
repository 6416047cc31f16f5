package dev.bramble.board;

/**
 * How warm the processor of a Pi 4 is: it goes towards a temperature that follows load, fan and the air around, as one
 * body with one time constant. Pure.
 *
 * @see <a href="https://pi-plates.com/using-a-thermoplate-to-measure-temperatures-on-the-rpi4/">a Pi 4 with a sensor
 *     glued to its processor, in open air, over ten minutes of full load from idle</a>
 */
final class ThermalModel {
    /** Idle above the air: 54.7 at 27.3 °C there. */
    static final double IDLE_RISE_CELSIUS = 27.3;
    /** Four cores at work: 65.8 at 27.3 °C there. */
    static final double FULL_RISE_CELSIUS = 38.5;
    /** There it was steady after 400 of 600 s: four time constants. */
    static final double TIME_CONSTANT_SECONDS = 100;
    /** An estimate: a fan at full speed takes half of the rise away. */
    static final double FAN_TAKES = 0.5;

    private double celsius = Double.NaN;
    private double atSeconds;

    /**
     * Goes on to an instant, with what held since the one before; begins steady.
     *
     * @param seconds since some beginning
     * @param load of all cores, 0 to 1
     * @param fan its speed, 0 to 1
     * @param airCelsius around it
     */
    double at(double seconds, double load, double fan, double airCelsius) {
        double rise = IDLE_RISE_CELSIUS + load * (FULL_RISE_CELSIUS - IDLE_RISE_CELSIUS);
        double steady = airCelsius + rise * (1 - FAN_TAKES * fan);
        celsius = Double.isNaN(celsius)
                ? steady
                : steady + (celsius - steady) * Math.exp(-(seconds - atSeconds) / TIME_CONSTANT_SECONDS);
        atSeconds = seconds;
        return celsius;
    }
}
