package dev.bramble.board;

import dev.bramble.model.Reading;

/**
 * What the firmware of a Raspberry Pi says of power and heat: a bit for now and, sixteen higher, one for "has
 * occurred".
 *
 * @see <a href="https://www.raspberrypi.com/documentation/computers/os.html#get_throttled">get_throttled</a>
 */
public enum ThrottleFlag {
    /** The supply gives less than 4.63 V. */
    UNDER_VOLTAGE(0),
    /** The clock is kept below what was asked for. */
    FREQUENCY_CAPPED(1),
    /** The clock is held down, by heat or by low voltage. */
    THROTTLED(2),
    /** The lower of two limits of temperature is passed; a Pi 4 has only the upper one. */
    SOFT_TEMPERATURE_LIMIT(3);

    private static final int OCCURRED = 16;

    private final int bit;

    ThrottleFlag(int bit) {
        this.bit = bit;
    }

    /** 1 while it holds, else 0; unknown with the word. */
    public Reading now(Reading word) {
        return of(word, bit);
    }

    /** 1 when the firmware remembers it, else 0; unknown with the word. */
    public Reading occurred(Reading word) {
        return of(word, bit + OCCURRED);
    }

    private static Reading of(Reading word, int bit) {
        return word.isKnown()
                ? Reading.known((word.value().longValue() >> bit) & 1, word.ageMillis())
                : Reading.unknown(word.unknownBecause());
    }
}
