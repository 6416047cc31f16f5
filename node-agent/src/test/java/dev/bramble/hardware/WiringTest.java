package dev.bramble.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of pins, the drawing made from it, and the page that shows both. */
class WiringTest {
    private static final Path HARDWARE = Path.of("../hardware");

    /** GPIO lines by pin, on the outer row of the header, as all boards with 40 pins have them. */
    private static final Map<Integer, Integer> LINES = Map.ofEntries(
            Map.entry(8, 14),
            Map.entry(10, 15),
            Map.entry(12, 18),
            Map.entry(16, 23),
            Map.entry(18, 24),
            Map.entry(22, 25),
            Map.entry(24, 8),
            Map.entry(26, 7),
            Map.entry(28, 1),
            Map.entry(32, 12),
            Map.entry(36, 16),
            Map.entry(38, 20),
            Map.entry(40, 21));

    private static final Set<Integer> POWER = Set.of(2, 4);
    private static final Set<Integer> GROUND = Set.of(6, 14, 20, 30, 34);
    /** The console, the EEPROM of a HAT: not ours to take. */
    private static final Set<Integer> OTHERS = Set.of(14, 15, 0, 1);

    @TempDir
    Path folder;

    private static List<Map<String, String>> pins() throws IOException {
        List<String> lines = Files.readAllLines(HARDWARE.resolve("pins.csv"));
        String[] columns = lines.getFirst().split(",");
        List<Map<String, String>> pins = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",", -1);
            assertThat(fields).as(line).hasSameSizeAs(columns);
            Map<String, String> pin = new LinkedHashMap<>();
            for (int i = 0; i < columns.length; i++) {
                pin.put(columns[i], fields[i]);
            }
            pins.add(pin);
        }
        return pins;
    }

    private static String drawn(Path table) throws IOException, InterruptedException {
        Process perl = new ProcessBuilder("perl", HARDWARE.resolve("wiring.pl").toString(), table.toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(perl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return perl.waitFor() == 0 ? out : "refused: " + out;
    }

    @Test
    void eachPinIsWhatTheBoardHasThereAndNobodyElses() throws IOException {
        assertThat(pins()).extracting(pin -> pin.get("pin")).doesNotHaveDuplicates();
        assertThat(pins()).allSatisfy(pin -> {
            int number = Integer.parseInt(pin.get("pin"));
            switch (pin.get("direction")) {
                case "power" -> assertThat(POWER).contains(number);
                case "ground" -> assertThat(GROUND).contains(number);
                default -> {
                    assertThat(pin.get("line")).isEqualTo(String.valueOf(LINES.get(number)));
                    assertThat(OTHERS).doesNotContain(Integer.parseInt(pin.get("line")));
                    assertThat(pin.get("active")).isIn("high", "low");
                }
            }
        });
    }

    /** A fan that is on only while somebody drives a pin burns a board whose agent died. */
    @Test
    void aFanThatNobodyDrivesTurnsAndAButtonThatNobodyPressesIsOpen() throws IOException {
        Map<String, Map<String, String>> byName = new LinkedHashMap<>();
        pins().forEach(pin -> byName.put(pin.get("name"), pin));
        assertThat(byName.get("fan-control")).containsEntry("active", "low").containsEntry("pull", "down");
        assertThat(byName.get("button")).containsEntry("active", "low").containsEntry("pull", "up");
        assertThat(byName.get("led-red")).containsEntry("pull", "down").containsEntry("active", "high");
    }

    @Test
    void theDrawingIsTheOneThatTheTableGives() throws IOException, InterruptedException {
        assertThat(drawn(HARDWARE.resolve("pins.csv")))
                .as("run hardware/render")
                .isEqualTo(Files.readString(HARDWARE.resolve("pictures/wiring.svg")));
    }

    @Test
    void anotherTableGivesAnotherDrawingAndAHalfOneNone() throws IOException, InterruptedException {
        String table = Files.readString(HARDWARE.resolve("pins.csv"));
        Path other = folder.resolve("pins.csv");
        Files.writeString(other, table.replace("button,button,other side,22,25", "button,button,other side,24,8"));
        assertThat(drawn(other)).contains("GPIO 8<", "button: 20, 24").doesNotContain("GPIO 25");
        Files.writeString(other, table.replaceAll("(?m)^led-red.*\n", ""));
        assertThat(drawn(other)).isEqualTo("refused: wiring.pl: led-red is not in the table\n");
    }

    @Test
    void thePageListsThePinsOfTheTable() throws IOException {
        String page = Files.readString(HARDWARE.resolve("README.md"));
        for (Map<String, String> pin : pins()) {
            String line = pin.get("line").isEmpty() ? pin.get("direction") : "GPIO " + pin.get("line");
            assertThat(page)
                    .contains("| " + pin.get("pin") + " | " + line + " | " + pin.get("part") + ": " + pin.get("leg")
                            + " |");
        }
    }
}
