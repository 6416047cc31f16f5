package dev.bramble.model;

import java.util.Optional;

/**
 * From when on a board's figures mean that something is the matter with it, and when that is over: two limits each,
 * since a figure near one limit crosses it every few seconds.
 *
 * @param hotCelsius of the processor
 * @param coolCelsius below which it is not hot any more
 * @param diskFullBytes free, with less of which the disk is full
 * @param diskRoomBytes free, from which on it is not full any more
 */
public record HealthLimits(double hotCelsius, double coolCelsius, double diskFullBytes, double diskRoomBytes) {
    /** While nobody has set others. */
    public static final HealthLimits STANDARD = new HealthLimits(
            Setting.HEALTH_HOT.standard(),
            Setting.HEALTH_COOL.standard(),
            Setting.HEALTH_DISK_FULL.standard(),
            Setting.HEALTH_DISK_ROOM.standard());

    /** Whoever sets the one limit beyond the other has none between them. */
    public HealthLimits {
        coolCelsius = Math.min(coolCelsius, hotCelsius);
        diskRoomBytes = Math.max(diskRoomBytes, diskFullBytes);
    }

    /** Empty while nobody has set others. */
    public Optional<HealthLimits> unlessStandard() {
        return equals(STANDARD) ? Optional.empty() : Optional.of(this);
    }
}
