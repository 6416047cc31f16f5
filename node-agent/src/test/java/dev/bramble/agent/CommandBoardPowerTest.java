package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.PowerAct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandBoardPowerTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Path script(String body) throws IOException {
        Path script = folder.resolve("power");
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theCommandIsCalledWithOneWordBehindIt() throws Exception {
        Path called = folder.resolve("called");
        List<String> command = List.of(script("echo \"$# $*\" >> " + called).toString(), "-n", "$HOME; x");
        CommandBoardPower power = new CommandBoardPower(command, LONG);
        power.begin(PowerAct.REBOOT);
        power.begin(PowerAct.POWEROFF);
        assertThat(called).hasContent("3 -n $HOME; x reboot\n3 -n $HOME; x poweroff");
    }

    @Test
    void whatItComplainsOfReachesTheOperator() throws Exception {
        Path script = script("echo 'Access denied'; echo 'as this user' >&2; exit 4");
        assertThatThrownBy(() -> new CommandBoardPower(List.of(script.toString()), LONG).begin(PowerAct.REBOOT))
                .isInstanceOf(IOException.class)
                .hasMessage("`" + script + " reboot` failed with exit code 4: Access denied as this user");
    }

    @Test
    void aCommandThatIsNotThereIsSaidWithWhatToDo() {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> new CommandBoardPower(List.of(none.toString()), LONG).begin(PowerAct.POWEROFF))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("`" + none + " poweroff` cannot be run here: set power_command in the agent's"
                        + " configuration to a command that reboots this board and powers it off");
    }

    @Test
    void oneThatDoesNotReturnIsStopped() throws Exception {
        Path script = script("exec sleep 600");
        assertThatThrownBy(() ->
                        new CommandBoardPower(List.of(script.toString()), Duration.ofSeconds(1)).begin(PowerAct.REBOOT))
                .hasMessage("`" + script + " reboot` had not returned after 1 s and was stopped");
    }
}
