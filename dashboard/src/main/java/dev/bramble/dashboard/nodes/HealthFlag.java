package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.ArrayList;
import java.util.List;

/** What a board's own figures say is wrong with it. A figure that is unknown says nothing. */
public enum HealthFlag {
    /** A write to its card was refused. */
    READ_ONLY("card read-only"),
    /** Its supply gives too little now. */
    UNDER_VOLTED("under-volted"),
    /** Its clock is held down now. */
    THROTTLED("throttled");

    private final String word;

    HealthFlag(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** What the bramble says of a board, in the same words. */
    public static String word(Views.HealthFlag flag) {
        return switch (flag) {
            case HOT -> "hot";
            case THROTTLED -> THROTTLED.word;
            case UNDER_VOLTAGE -> UNDER_VOLTED.word;
            case DISK_FULL -> "disk full";
            case DISK_READ_ONLY -> READ_ONLY.word;
            case CLOCK_NOT_SYNCHRONISED -> "clock not synchronised";
        };
    }

    public static List<HealthFlag> of(BoardHealth health) {
        List<HealthFlag> flags = new ArrayList<>();
        if (is(health.diskWritable(), 0)) {
            flags.add(READ_ONLY);
        }
        if (is(health.underVoltage(), 1)) {
            flags.add(UNDER_VOLTED);
        }
        if (is(health.throttled(), 1)) {
            flags.add(THROTTLED);
        }
        return flags;
    }

    private static boolean is(Reading reading, double value) {
        return reading.isKnown() && reading.value() == value;
    }
}
