package dev.bramble.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What a board says of itself at one instant.
 *
 * @param board the model, or what stands in ("simulated board")
 * @param bootId changes with every boot of the board
 * @param temperatureCelsius of the processor
 * @param speed the clock now as a share of the full clock, 0 to 1
 * @param load1 runnable processes, one-minute mean
 * @param memoryTotalBytes memory of the board
 * @param memoryFreeBytes of it, available
 * @param diskTotalBytes of the file system that holds the node's data
 * @param diskFreeBytes of it, free
 * @param underVoltage 1 while under-volted now, else 0
 * @param throttled 1 while throttled now, else 0
 * @param diskWritable 1 when a write went through, 0 when it was refused
 * @param clockSynchronised 1 when the calendar clock is synchronised, else 0
 * @param underVoltageSinceBoot 1 when it was under-volted at any time since its boot, else 0; absent in what older
 *     releases say, as are those after it
 * @param throttledSinceBoot 1 when it was throttled at any time since its boot, else 0
 * @param diskWrittenBytes written to that file system since it was made: what wears a card out
 * @param panel its light, fan and button; absent where nobody looks after them, and in what older releases say
 * @param detail clock, voltage, uptime and the like; absent in what older releases say
 */
public record BoardHealth(
        String board,
        String bootId,
        Reading temperatureCelsius,
        Reading speed,
        Reading load1,
        Reading memoryTotalBytes,
        Reading memoryFreeBytes,
        Reading diskTotalBytes,
        Reading diskFreeBytes,
        Reading underVoltage,
        Reading throttled,
        Reading diskWritable,
        Reading clockSynchronised,
        Optional<Reading> underVoltageSinceBoot,
        Optional<Reading> throttledSinceBoot,
        Optional<Reading> diskWrittenBytes,
        Optional<PanelReport> panel,
        Optional<BoardDetail> detail) {
    /** As a board says it, which knows nothing of what its panel shows. */
    public BoardHealth(
            String board,
            String bootId,
            Reading temperatureCelsius,
            Reading speed,
            Reading load1,
            Reading memoryTotalBytes,
            Reading memoryFreeBytes,
            Reading diskTotalBytes,
            Reading diskFreeBytes,
            Reading underVoltage,
            Reading throttled,
            Reading diskWritable,
            Reading clockSynchronised,
            Optional<Reading> underVoltageSinceBoot,
            Optional<Reading> throttledSinceBoot,
            Optional<Reading> diskWrittenBytes) {
        this(
                board,
                bootId,
                temperatureCelsius,
                speed,
                load1,
                memoryTotalBytes,
                memoryFreeBytes,
                diskTotalBytes,
                diskFreeBytes,
                underVoltage,
                throttled,
                diskWritable,
                clockSynchronised,
                underVoltageSinceBoot,
                throttledSinceBoot,
                diskWrittenBytes,
                Optional.empty(),
                Optional.empty());
    }

    /** Of a board that remembers nothing. */
    public BoardHealth(
            String board,
            String bootId,
            Reading temperatureCelsius,
            Reading speed,
            Reading load1,
            Reading memoryTotalBytes,
            Reading memoryFreeBytes,
            Reading diskTotalBytes,
            Reading diskFreeBytes,
            Reading underVoltage,
            Reading throttled,
            Reading diskWritable,
            Reading clockSynchronised) {
        this(
                board,
                bootId,
                temperatureCelsius,
                speed,
                load1,
                memoryTotalBytes,
                memoryFreeBytes,
                diskTotalBytes,
                diskFreeBytes,
                underVoltage,
                throttled,
                diskWritable,
                clockSynchronised,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same with what its panel shows. */
    public BoardHealth with(Optional<PanelReport> shown) {
        return with(shown, detail);
    }

    /** The same with these figures. */
    public BoardHealth with(BoardDetail figures) {
        return with(panel, Optional.of(figures));
    }

    private BoardHealth with(Optional<PanelReport> shown, Optional<BoardDetail> figures) {
        return new BoardHealth(
                board,
                bootId,
                temperatureCelsius,
                speed,
                load1,
                memoryTotalBytes,
                memoryFreeBytes,
                diskTotalBytes,
                diskFreeBytes,
                underVoltage,
                throttled,
                diskWritable,
                clockSynchronised,
                underVoltageSinceBoot,
                throttledSinceBoot,
                diskWrittenBytes,
                shown,
                figures);
    }

    /** Those figures; each unknown where its release does not tell them. */
    public BoardDetail detailOrUnknown() {
        return detail.orElse(BoardDetail.UNKNOWN);
    }

    /** The same so much later: every figure is older by that. */
    public BoardHealth aged(Duration by) {
        long millis = by.toMillis();
        return new BoardHealth(
                board,
                bootId,
                temperatureCelsius.aged(millis),
                speed.aged(millis),
                load1.aged(millis),
                memoryTotalBytes.aged(millis),
                memoryFreeBytes.aged(millis),
                diskTotalBytes.aged(millis),
                diskFreeBytes.aged(millis),
                underVoltage.aged(millis),
                throttled.aged(millis),
                diskWritable.aged(millis),
                clockSynchronised.aged(millis),
                underVoltageSinceBoot.map(figure -> figure.aged(millis)),
                throttledSinceBoot.map(figure -> figure.aged(millis)),
                diskWrittenBytes.map(figure -> figure.aged(millis)),
                panel,
                detail.map(figures -> figures.aged(millis)));
    }
}
