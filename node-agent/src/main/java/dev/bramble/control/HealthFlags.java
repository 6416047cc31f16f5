package dev.bramble.control;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.Reading;
import java.util.EnumSet;
import java.util.Set;

/** What a board suffers from, by its own figures: pure, with hysteresis. A figure that is unknown says nothing. */
public final class HealthFlags {
    private HealthFlags() {}

    /** @param before what it suffered from when it was last looked at */
    public static Set<Views.HealthFlag> of(BoardHealth health, Set<Views.HealthFlag> before, HealthLimits limits) {
        Set<Views.HealthFlag> flags = EnumSet.noneOf(Views.HealthFlag.class);
        boolean wasHot = before.contains(Views.HealthFlag.HOT);
        add(
                flags,
                Views.HealthFlag.HOT,
                atLeast(health.temperatureCelsius(), wasHot ? limits.coolCelsius() : limits.hotCelsius()));
        add(flags, Views.HealthFlag.THROTTLED, is(health.throttled(), 1));
        add(flags, Views.HealthFlag.UNDER_VOLTAGE, is(health.underVoltage(), 1));
        boolean wasFull = before.contains(Views.HealthFlag.DISK_FULL);
        add(
                flags,
                Views.HealthFlag.DISK_FULL,
                health.diskFreeBytes().isKnown()
                        && !atLeast(health.diskFreeBytes(), wasFull ? limits.diskRoomBytes() : limits.diskFullBytes()));
        add(flags, Views.HealthFlag.DISK_READ_ONLY, is(health.diskWritable(), 0));
        add(flags, Views.HealthFlag.CLOCK_NOT_SYNCHRONISED, is(health.clockSynchronised(), 0));
        return flags;
    }

    private static void add(Set<Views.HealthFlag> flags, Views.HealthFlag flag, boolean holds) {
        if (holds) {
            flags.add(flag);
        }
    }

    private static boolean is(Reading reading, double value) {
        return reading.isKnown() && reading.value() == value;
    }

    private static boolean atLeast(Reading reading, double value) {
        return reading.isKnown() && reading.value() >= value;
    }
}
