package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
}
