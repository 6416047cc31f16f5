package dev.bramble.board.panel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandardWiringTest {
    /** The table that the drawing of the wires is made from. */
    private static final Path PINS = Path.of("../hardware/pins.csv");

    private static Map<String, Wiring.Line> table() throws IOException {
        List<String> lines = Files.readAllLines(PINS);
        List<String> names = List.of(lines.getFirst().split(","));
        Map<String, Wiring.Line> table = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> cells = Arrays.asList(line.split(",", -1));
            String direction = cells.get(names.indexOf("direction"));
            if (direction.equals("input") || direction.equals("output")) {
                table.put(
                        cells.getFirst(),
                        new Wiring.Line(
                                Integer.parseInt(cells.get(names.indexOf("line"))),
                                cells.get(names.indexOf("active")).equals("high"),
                                Wiring.Pull.valueOf(
                                        cells.get(names.indexOf("pull")).toUpperCase(Locale.ROOT))));
            }
        }
        return table;
    }

    @Test
    void whatTheAgentDrivesIsWhatTheTableOfPinsSays() throws IOException {
        Map<String, Wiring.Line> table = table();
        assertThat(table).containsOnlyKeys("fan-control", "led-red", "led-green", "button");
        assertThat(Wiring.STANDARD.fan()).isEqualTo(Optional.of(table.get("fan-control")));
        assertThat(Wiring.STANDARD.red()).isEqualTo(Optional.of(table.get("led-red")));
        assertThat(Wiring.STANDARD.green()).isEqualTo(Optional.of(table.get("led-green")));
        assertThat(Wiring.STANDARD.button()).isEqualTo(Optional.of(table.get("button")));
    }
}
