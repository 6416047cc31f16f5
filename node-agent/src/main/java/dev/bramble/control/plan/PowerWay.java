package dev.bramble.control.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How boards get their five volts. */
public enum PowerWay {
    /** A USB-C supply for each board. */
    OWN("a USB-C supply for each board"),
    /** Supplies with screw terminals for eight boards each, a fuse for each board. */
    STRONG("a strong 5 V supply for every eight boards"),
    /** From the switch, through the network cable. */
    POE("power through the network cable (PoE+)");

    private final String label;

    PowerWay(String label) {
        this.label = label;
    }

    /** In words. */
    public String label() {
        return label;
    }

    /** As it is typed, and as the table of parts has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<PowerWay> read(String word) {
        return Arrays.stream(values()).filter(way -> way.word().equals(word)).findFirst();
    }

    /** As they are typed. */
    public static List<String> words() {
        return Arrays.stream(values()).map(PowerWay::word).toList();
    }
}
