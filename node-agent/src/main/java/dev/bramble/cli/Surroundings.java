package dev.bramble.cli;

import dev.bramble.cli.connect.Profiles;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.Terminal;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command finds around itself.
 *
 * @param folder names on the command line are relative to it
 * @param jobsOutliveUs whether the bramble goes on when this process ends
 */
record Surroundings(
        Terminal terminal,
        InputStream stdin,
        Map<String, String> environment,
        Profiles profiles,
        Pace pace,
        Path folder,
        AgentLauncher launcher,
        boolean jobsOutliveUs) {
    static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        return new Surroundings(
                Terminal.ofProcess(environment),
                System.in,
                environment,
                Profiles.ofUser(environment),
                Pace.REAL,
                Path.of(""),
                new MainClassLauncher(),
                true);
    }

    /** The same for a bramble that ends with this process. */
    Surroundings ofOwnBramble() {
        return new Surroundings(terminal, stdin, environment, profiles, pace, folder, launcher, false);
    }
}
