package dev.bramble.board;

import dev.bramble.model.Reading;

/** What only the firmware of a board tells, and the kernel does not. Answers at once, with what it heard last. */
public interface Firmware {
    /**
     * The flags of {@link ThrottleFlag} as one number; those that are over count until the boot ends.
     *
     * @return unknown, with the reason, where nobody can ask
     */
    Reading flags();

    /** At the processor's core, volts. */
    Reading coreVolts();

    /** A firmware that nobody can ask. */
    static Firmware silent(String because) {
        return new Firmware() {
            @Override
            public Reading flags() {
                return Reading.unknown(because);
            }

            @Override
            public Reading coreVolts() {
                return Reading.unknown(because);
            }
        };
    }
}
