package dev.bramble.dashboard.overview;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.ArrayList;
import java.util.List;

/** What a board's own figures say is wrong with it. A figure that is unknown says nothing. */
enum HealthFlag {
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

    String word() {
        return word;
    }

    static List<HealthFlag> of(BoardHealth health) {
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
