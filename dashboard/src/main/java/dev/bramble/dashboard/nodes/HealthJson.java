package dev.bramble.dashboard.nodes;

import dev.bramble.control.CardLife;
import dev.bramble.model.BoardDetail;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.PanelReport;
import dev.bramble.model.Reading;

/** {@link BoardHealth} as it is sent. */
record HealthJson(
        String board,
        String bootId,
        Figure temperatureCelsius,
        Figure speed,
        Figure load1,
        Figure memoryTotalBytes,
        Figure memoryFreeBytes,
        Figure diskTotalBytes,
        Figure diskFreeBytes,
        Figure underVoltage,
        Figure throttled,
        Figure diskWritable,
        Figure clockSynchronised,
        Figure underVoltageSinceBoot,
        Figure throttledSinceBoot,
        Figure diskWrittenBytes,
        Figure clockMegahertz,
        Figure clockMaxMegahertz,
        Figure frequencyCapped,
        Figure frequencyCappedSinceBoot,
        Figure softTemperatureLimit,
        Figure softTemperatureLimitSinceBoot,
        Figure rootWritable,
        Figure coreVolts,
        Figure fanShare,
        Figure uptimeSeconds,
        Figure diskWrittenPerDayBytes,
        Figure cardLifeDays,
        PanelReport panel) {
    static final Reading UNTOLD = Reading.unknown("its release does not tell");

    record Figure(Double value, long ageMillis, String unknownBecause) {
        static Figure of(Reading reading) {
            return new Figure(reading.value(), reading.ageMillis(), reading.unknownBecause());
        }
    }

    /** @param enduranceBytes what a card bears, all in all */
    static HealthJson of(BoardHealth health, double enduranceBytes) {
        BoardDetail detail = health.detailOrUnknown();
        return new HealthJson(
                health.board(),
                health.bootId(),
                Figure.of(health.temperatureCelsius()),
                Figure.of(health.speed()),
                Figure.of(health.load1()),
                Figure.of(health.memoryTotalBytes()),
                Figure.of(health.memoryFreeBytes()),
                Figure.of(health.diskTotalBytes()),
                Figure.of(health.diskFreeBytes()),
                Figure.of(health.underVoltage()),
                Figure.of(health.throttled()),
                Figure.of(health.diskWritable()),
                Figure.of(health.clockSynchronised()),
                Figure.of(health.underVoltageSinceBoot().orElse(UNTOLD)),
                Figure.of(health.throttledSinceBoot().orElse(UNTOLD)),
                Figure.of(health.diskWrittenBytes().orElse(UNTOLD)),
                Figure.of(detail.clockMegahertz()),
                Figure.of(detail.clockMaxMegahertz()),
                Figure.of(detail.frequencyCapped()),
                Figure.of(detail.frequencyCappedSinceBoot()),
                Figure.of(detail.softTemperatureLimit()),
                Figure.of(detail.softTemperatureLimitSinceBoot()),
                Figure.of(detail.rootWritable()),
                Figure.of(detail.coreVolts()),
                Figure.of(detail.fanShare()),
                Figure.of(detail.uptimeSeconds()),
                Figure.of(detail.diskWrittenPerDayBytes()),
                Figure.of(CardLife.days(health, enduranceBytes)),
                health.panel().orElse(null));
    }
}
