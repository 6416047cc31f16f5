package dev.bramble.model;

/**
 * Figures of a board beside those of {@link BoardHealth} that decide whether it gets work.
 *
 * @param clockMegahertz of the first core, as the kernel has it now
 * @param clockMaxMegahertz the highest that this board is made for
 * @param frequencyCapped 1 while the firmware keeps the clock below what the kernel may ask for, else 0
 * @param frequencyCappedSinceBoot 1 when it did so at any time since the boot, else 0
 * @param softTemperatureLimit 1 while the lower of the two limits of temperature is active, else 0
 * @param softTemperatureLimitSinceBoot 1 when it was active at any time since the boot, else 0
 * @param rootWritable 1 when the root file system takes writes, 0 when it refuses them
 * @param coreVolts at the processor's core, volts
 * @param fanShare how fast a fan that the kernel looks after is told to turn, 0 to 1
 * @param uptimeSeconds since its boot
 * @param diskWrittenPerDayBytes written to the file system with the node's data in a day, at the pace of the last day
 */
public record BoardDetail(
        Reading clockMegahertz,
        Reading clockMaxMegahertz,
        Reading frequencyCapped,
        Reading frequencyCappedSinceBoot,
        Reading softTemperatureLimit,
        Reading softTemperatureLimitSinceBoot,
        Reading rootWritable,
        Reading coreVolts,
        Reading fanShare,
        Reading uptimeSeconds,
        Reading diskWrittenPerDayBytes) {
    private static final Reading UNTOLD = Reading.unknown("its release does not tell");
    /** What is known of a board whose release says nothing of these. */
    public static final BoardDetail UNKNOWN =
            new BoardDetail(UNTOLD, UNTOLD, UNTOLD, UNTOLD, UNTOLD, UNTOLD, UNTOLD, UNTOLD, UNTOLD, UNTOLD, UNTOLD);

    BoardDetail aged(long millis) {
        return new BoardDetail(
                clockMegahertz.aged(millis),
                clockMaxMegahertz.aged(millis),
                frequencyCapped.aged(millis),
                frequencyCappedSinceBoot.aged(millis),
                softTemperatureLimit.aged(millis),
                softTemperatureLimitSinceBoot.aged(millis),
                rootWritable.aged(millis),
                coreVolts.aged(millis),
                fanShare.aged(millis),
                uptimeSeconds.aged(millis),
                diskWrittenPerDayBytes.aged(millis));
    }
}
