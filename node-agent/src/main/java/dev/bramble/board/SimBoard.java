package dev.bramble.board;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;

/**
 * A board that is not there: healthy unless told otherwise, and named as simulated wherever it shows. Used by
 * simulations and by {@code bramble local}.
 */
public final class SimBoard implements Board {
    private static final double MEMORY_BYTES = 4.0 * (1L << 30);
    private static final double DISK_BYTES = 32.0 * (1L << 30);

    private final String serial;
    private final String bootId;
    private volatile double speed = 1;
    private volatile double temperatureCelsius = 48;
    private volatile boolean clockSynchronised = true;

    public SimBoard(String serial, String bootId) {
        this.serial = serial;
        this.bootId = bootId;
    }

    /** @param share of the full clock, above 0 to 1 */
    public void throttle(double share) {
        speed = share;
    }

    public void heat(double celsius) {
        temperatureCelsius = celsius;
    }

    public void loseClock() {
        clockSynchronised = false;
    }

    @Override
    public String serial() {
        return serial;
    }

    @Override
    public BoardHealth health() {
        return new BoardHealth(
                "simulated board",
                bootId,
                Reading.known(temperatureCelsius),
                Reading.known(speed),
                Reading.known(0),
                Reading.known(MEMORY_BYTES),
                Reading.known(MEMORY_BYTES / 2),
                Reading.known(DISK_BYTES),
                Reading.known(DISK_BYTES / 2),
                Reading.known(0),
                Reading.known(speed < 1 ? 1 : 0),
                Reading.known(1),
                Reading.known(clockSynchronised ? 1 : 0));
    }
}
