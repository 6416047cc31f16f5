package dev.bramble.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The terminal of this process.
 *
 * @param out what the command was asked for
 * @param err progress, warnings, failures
 * @param asker asks the person a question; empty when nobody is there to answer
 */
public record Terminal(Screen out, Screen err, Optional<Asker> asker) {
    /** Someone who can answer. */
    public interface Asker {
        /** A line that was typed; empty at the end of input. */
        Optional<String> ask(String question);

        /** The same without showing what is typed. */
        Optional<String> askSecret(String question);

        default boolean confirms(String question) {
            return ask(question + " [y/N] ")
                    .map(answer -> answer.strip().toLowerCase(java.util.Locale.ROOT))
                    .filter(answer -> answer.equals("y") || answer.equals("yes"))
                    .isPresent();
        }
    }

    /** The real one. */
    public static Terminal ofProcess(Map<String, String> environment) {
        boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean colour = !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                screen(FileDescriptor.out, 1, dumb, colour),
                screen(FileDescriptor.err, 2, dumb, colour),
                askerOfProcess());
    }

    private static Screen screen(FileDescriptor descriptor, int number, boolean dumb, boolean colour) {
        PrintStream stream = new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
        boolean terminal = isTerminal(number);
        return terminal ? new Screen(stream, !dumb, colour, () -> WindowSize.columns(number)) : Screen.plain(stream);
    }

    /** Java tells only whether stdin and stdout both are terminals; Linux names each one's device. */
    private static boolean isTerminal(int number) {
        Path link = Path.of("/proc/self/fd/" + number);
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException noProc) {
            return System.console() != null && System.console().isTerminal();
        }
    }

    private static Optional<Asker> askerOfProcess() {
        if (System.console() == null || !System.console().isTerminal()) {
            return Optional.empty();
        }
        return Optional.of(new Asker() {
            @Override
            public Optional<String> ask(String question) {
                return Optional.ofNullable(System.console().readLine("%s", question));
            }

            @Override
            public Optional<String> askSecret(String question) {
                return Optional.ofNullable(System.console().readPassword("%s", question))
                        .map(String::new);
            }
        });
    }
}
