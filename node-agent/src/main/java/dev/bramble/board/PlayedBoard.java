package dev.bramble.board;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * A board that is not there, whose figures move as a real one's would, and which may have something the matter with it:
 * so that people can see what Bramble shows of a hundred boards without having them. What it says of itself is named as
 * simulated.
 */
public final class PlayedBoard implements Board {
    /** What is the matter with it. */
    public enum Play {
        WELL,
        /** Crosses the 80 °C at which a Pi 4 slows down, and cools again, every ten minutes. */
        HOT,
        /** Was throttled once after its boot and is not any more: the kind of flag that cannot be cleared. */
        THROTTLED_BEFORE,
        /** Its power supply gives too little for half of every two minutes. */
        WEAK_POWER,
        /** Its card has been written full several hundred times. */
        WORN_CARD,
        /** Its disk fills up within an hour of its boot, down to less than a task needs. */
        FILLING_DISK,
        /** Nobody has told it the time. */
        NO_CLOCK;

        /** As a configuration has it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        public static Optional<Play> of(String word) {
            return Arrays.stream(values())
                    .filter(play -> play.word().equals(word))
                    .findFirst();
        }

        /** All of them, for a sentence. */
        public static String words() {
            List<String> words = Arrays.stream(values()).map(Play::word).toList();
            return words.stream().collect(Collectors.joining(", "));
        }
    }

    static final double THROTTLED_FROM_CELSIUS = 80;
    /** What a throttled Pi 4 runs at: 900 of 1,500 MHz. */
    private static final double THROTTLED_SPEED = 0.6;

    private static final double MEMORY_BYTES = 4.0 * (1L << 30);
    private static final double DISK_BYTES = 32e9;
    private static final double WELL_WRITTEN_BYTES = 400e9;
    private static final double WORN_WRITTEN_BYTES = 16e12;
    private static final double FULL_AFTER_SECONDS = 3_600;
    private static final double FULL_FREE_BYTES = 60e6;

    private final String serial;
    private final String bootId;
    private final Play play;
    private final LongSupplier nanos;
    private final long bootNanos;

    /** @param nanos a monotonic clock */
    public PlayedBoard(String serial, String bootId, Play play, LongSupplier nanos) {
        this.serial = serial;
        this.bootId = bootId;
        this.play = play;
        this.nanos = nanos;
        this.bootNanos = nanos.getAsLong();
    }

    @Override
    public String serial() {
        return serial;
    }

    @Override
    public BoardHealth health() {
        return healthAt((nanos.getAsLong() - bootNanos) / 1e9);
    }

    /** The figures so many seconds after the boot; every board is at another point of its waves. */
    private BoardHealth healthAt(double seconds) {
        double phase = Math.floorMod(serial.hashCode(), 1_000) / 1_000.0 * 2 * Math.PI;
        double temperature = temperature(seconds, phase);
        boolean isThrottled = temperature >= THROTTLED_FROM_CELSIUS;
        boolean isWeak = play == Play.WEAK_POWER;
        return new BoardHealth(
                "simulated board",
                bootId,
                Reading.known(temperature),
                Reading.known(isThrottled ? THROTTLED_SPEED : 1),
                Reading.known(Math.max(0, 1.4 + 1.1 * wave(seconds, 240, phase) + 0.3 * wave(seconds, 31, phase))),
                Reading.known(MEMORY_BYTES),
                Reading.known(MEMORY_BYTES * (0.55 + 0.15 * wave(seconds, 900, phase))),
                Reading.known(DISK_BYTES),
                Reading.known(diskFree(seconds)),
                Reading.known(isWeak && wave(seconds, 120, 0) > 0 ? 1 : 0),
                Reading.known(isThrottled ? 1 : 0),
                Reading.known(1),
                Reading.known(play == Play.NO_CLOCK ? 0 : 1),
                Optional.of(Reading.known(isWeak ? 1 : 0)),
                Optional.of(Reading.known(play == Play.THROTTLED_BEFORE || play == Play.HOT ? 1 : 0)),
                Optional.of(Reading.known(play == Play.WORN_CARD ? WORN_WRITTEN_BYTES : WELL_WRITTEN_BYTES)));
    }

    private double temperature(double seconds, double phase) {
        double swing = 5 * wave(seconds, 600, phase) + 1.5 * wave(seconds, 43, phase);
        return (play == Play.HOT ? 79 : 51) + swing;
    }

    private double diskFree(double seconds) {
        double left = Math.max(0, 1 - seconds / FULL_AFTER_SECONDS);
        return play == Play.FILLING_DISK ? FULL_FREE_BYTES + left * 4e9 : DISK_BYTES * 0.6;
    }

    /** From −1 to 1. */
    private static double wave(double seconds, double periodSeconds, double phase) {
        return Math.sin(2 * Math.PI * seconds / periodSeconds + phase);
    }
}
