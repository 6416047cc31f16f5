package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.board.panel.FanRule;
import dev.bramble.board.panel.Wiring;
import dev.bramble.model.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    Path folder;

    private List<String> powerCommand(String line) throws IOException {
        Path file = folder.resolve("agent.yaml");
        Files.writeString(file, "name: pi01\ndir: data\n" + line + "\n");
        return ConfigFile.read(file).powerCommand();
    }

    @Test
    void aBoardIsSwitchedBySystemctlUnlessItsConfigurationNamesAnotherCommand() throws Exception {
        assertThat(powerCommand("")).containsExactly("systemctl");
        assertThat(powerCommand("power_command: /sbin/power")).containsExactly("/sbin/power");
        assertThat(powerCommand("power_command: [sudo, -n, systemctl]")).containsExactly("sudo", "-n", "systemctl");
    }

    @Test
    void aSimulatedBoardHasNoPowerCommandUnlessItsConfigurationNamesOne() throws Exception {
        assertThat(powerCommand("board: simulated")).isEmpty();
        assertThat(powerCommand("board: simulated\npower_command: [restart, pi01]"))
                .containsExactly("restart", "pi01");
    }

    @Test
    void aPowerCommandThatWantsAShellIsRefusedWithTheRightForm() {
        for (String wrong : List.of("systemctl --force", "[]", "[sudo, \"\"]", "\"\"")) {
            assertThatThrownBy(() -> powerCommand("power_command: " + wrong))
                    .as(wrong)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.refusal()
                                            .problems()
                                            .getFirst()
                                            .toString())
                                    .contains(
                                            "power_command",
                                            "each word of its own: systemctl, or [sudo, -n, systemctl]"));
        }
    }

    @Test
    void aConfigurationThatFitsEveryBoardNamesEachByItsMachineAndFindsItsAddress() throws Exception {
        Path file = folder.resolve("agent.yaml");
        Files.writeString(file, "name: auto\ndir: data\n");
        assertThat(ConfigFile.read(file).name()).isEqualTo(ThisMachine.name());
        assertThat(ConfigFile.read(file, "-head").name()).isEqualTo(ThisMachine.name() + "-head");
        assertThat(ConfigFile.read(file).bind()).isEqualTo("127.0.0.1");
    }

    @Test
    void thePackagesConfigurationsAreRead() throws Exception {
        for (String shipped : List.of("src/deb/etc/agent.yaml", "../dashboard/src/deb/etc/head.yaml")) {
            Path file = folder.resolve("shipped.yaml");
            // What is in comments there is an example of a line, so it is to be right as well.
            Files.writeString(
                    file,
                    Files.readString(Path.of(shipped))
                            .replaceAll("(?m)^# ([a-z_]+: )", "$1")
                            .replace("bind: auto", "bind: 127.0.0.1"));
            assertThat(ConfigFile.read(file).multicast()).as(shipped).isTrue();
        }
    }

    private Optional<Wiring> panel(String yaml) throws IOException {
        Path file = folder.resolve("agent.yaml");
        Files.writeString(file, "name: pi01\ndir: data\n" + yaml + "\n");
        return ConfigFile.read(file).panel();
    }

    @Test
    void panelIsWiredAsTheHardwareIsUnlessItIsSaidOtherwise() throws Exception {
        assertThat(panel("")).contains(Wiring.STANDARD);
        assertThat(panel("panel: none")).isEmpty();
        Wiring other = panel("""
                panel:
                  chip: gpiochip3
                  fan: {line: 12, from: 45, full: 65, least: 20, active: high}
                  red: none
                  green: 6
                  button: {line: 5, active: high, pull: none}
                """).orElseThrow();
        assertThat(other)
                .isEqualTo(new Wiring(
                        Optional.of("gpiochip3"),
                        Optional.of(new Wiring.Line(12, true, Wiring.Pull.DOWN)),
                        Optional.empty(),
                        Optional.of(new Wiring.Line(6, true, Wiring.Pull.DOWN)),
                        Optional.of(new Wiring.Line(5, true, Wiring.Pull.NONE)),
                        new FanRule(45, 65, 20)));
    }

    @Test
    void allMistakesOfAPanelAreSaidAtOnce() throws Exception {
        assertThat(refusal("""
                name: pi01
                dir: data
                panel:
                  chip: pinctrl
                  fan: {line: 18, active: on, from: 70, full: 60}
                  red: 24
                  button: {line: x, pull: sideways}
                  buzzer: 4
                """.getBytes(StandardCharsets.UTF_8)))
                .contains(
                        "must be a chip such as gpiochip0",
                        "must be one of high, low",
                        "`full` must be above `from`",
                        "is line 24",
                        "must be a whole number",
                        "must be one of down, none, up",
                        "buzzer");
        assertThat(refusal("name: pi01\ndir: data\npanel: yes\n".getBytes(StandardCharsets.UTF_8)))
                .contains("must be none, or a map");
    }

    private String refusal(byte[] bytes) throws IOException {
        Path file = folder.resolve("agent.yaml");
        Files.write(file, bytes);
        try {
            ConfigFile.read(file);
            return "";
        } catch (RefusedException refused) {
            return refused.refusal().sentence() + refused.refusal().problems();
        }
    }

    @Test
    void whatAPowerCutLeavesOfAConfigurationIsToldInWordsOfAConfiguration() throws Exception {
        for (byte[] nothing : List.of(new byte[0], "\n\n".getBytes(), "# name: pi01\n".getBytes())) {
            assertThat(refusal(nothing))
                    .contains("agent.yaml has a mistake", "there is nothing in it", "`name:` and `dir:`")
                    .doesNotContain("job", "command");
        }
        assertThat(refusal(new byte[100])).contains("agent.yaml has a mistake").doesNotContain("job");
        assertThat(refusal("x".repeat(100_000).getBytes()))
                .contains("agent.yaml has 100000 bytes", "this is another file, or a damaged one")
                .doesNotContain("job");
    }

    /** Half a file may be a whole configuration; what it never is, is an exception that nobody can read. */
    @Test
    void configurationCutOrFlippedAnywhereIsReadOrRefusedInWords() throws Exception {
        byte[] whole = """
                name: pi01
                dir: "data"
                seeds: ["pi02:7800", "pi03:7800"]
                cpus: 3.5
                memory: 2G
                labels: {ssd: "yes"}
                power_command: [sudo, -n, systemctl]
                stop_at_stdin_end: true
                """.getBytes();
        int refused = 0;
        for (int at = 0; at < whole.length; at++) {
            String cut = refusal(java.util.Arrays.copyOf(whole, at));
            assertThat(cut).as("cut at %d", at).doesNotContain("job file");
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << bit);
                String said = refusal(flipped);
                assertThat(said).as("bit %d of byte %d", bit, at).doesNotContain("job file");
                refused += said.isEmpty() ? 0 : 1;
            }
        }
        assertThat(refused).isGreaterThan(whole.length);
    }
}
