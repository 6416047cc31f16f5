package dev.bramble.dashboard;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.PanelReport;
import dev.bramble.model.Reading;
import java.util.Optional;

/** A board that is well. */
final class SampleHealth {
    private SampleHealth() {}

    static BoardHealth of(double celsius) {
        return new BoardHealth(
                        "Raspberry Pi 4 Model B",
                        "boot-1",
                        Reading.known(celsius),
                        Reading.known(1.0),
                        Reading.known(2.5),
                        Reading.known(3_980_000_000.0),
                        Reading.known(2_100_000_000.0),
                        Reading.known(31_000_000_000.0),
                        Reading.known(22_000_000_000.0),
                        Reading.known(0),
                        Reading.unknown("the firmware did not answer"),
                        Reading.known(1),
                        Reading.known(1))
                .with(Optional.of(new PanelReport("slow green – working", Optional.of(40), true, "", false)));
    }
}
