package dev.bramble.cli;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Passwords as they are given: at a prompt that does not show them, or on stdin. Never as an argument. */
final class Secrets {
    /** Above any password, so that one that is too long is told so and not cut. */
    private static final int BYTES_MAX = 4096;

    private Secrets() {}

    /** Asked for twice on a terminal, and taken from the first line of stdin elsewhere. */
    static String newPassword(Surroundings around, String whose) {
        Optional<Terminal.Asker> asker = around.terminal().asker();
        if (asker.isEmpty()) {
            return firstLine(around.stdin());
        }
        String password = asked(asker.get(), "New password of " + whose + ": ");
        if (!password.equals(asked(asker.get(), "Again: "))) {
            throw new Failure(ExitCode.USAGE, "the two are not the same: nothing was changed");
        }
        return password;
    }

    private static String asked(Terminal.Asker asker, String question) {
        return asker.askSecret(question).filter(text -> !text.isEmpty()).orElseThrow(Secrets::missing);
    }

    private static String firstLine(InputStream stdin) {
        try {
            String text = new String(stdin.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
            return text.lines().findFirst().filter(line -> !line.isEmpty()).orElseThrow(Secrets::missing);
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot read the password from stdin: " + e.getMessage(), e);
        }
    }

    private static Failure missing() {
        return new Failure(
                ExitCode.USAGE, "a password is needed: give it on a terminal, or as the first line of stdin");
    }
}
