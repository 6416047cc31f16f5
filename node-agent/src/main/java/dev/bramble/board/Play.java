package dev.bramble.board;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is the matter with a simulated board. */
public enum Play {
    WELL,
    /**
     * Stands in warm air and its fan is stuck: crosses the 80 °C at which a Pi 4 slows down, and cools again, every ten
     * minutes.
     */
    HOT,
    /** Was throttled once after its boot and is not any more: the kind of flag that cannot be cleared. */
    THROTTLED_BEFORE,
    /** Its power supply gives too little for half of every two minutes. */
    WEAK_POWER,
    /** Its card has been written full several hundred times. */
    WORN_CARD,
    /** Its disk fills up within an hour of its boot, down to less than a task needs. */
    FILLING_DISK,
    /** Its kernel has made its card read-only, as after an error. */
    READ_ONLY,
    /** Nobody has told it the time. */
    NO_CLOCK;

    /** As a configuration has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Play> of(String word) {
        return Arrays.stream(values()).filter(play -> play.word().equals(word)).findFirst();
    }

    /** All of them, for a sentence. */
    public static String words() {
        return Arrays.stream(values()).map(Play::word).collect(Collectors.joining(", "));
    }
}
