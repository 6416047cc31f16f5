package dev.bramble.dashboard.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A part of Bramble in a JVM of its own: the command line, or an agent. What it prints goes to a file. */
final class JavaProcess implements AutoCloseable {
    private static final String AGENT = "dev.bramble.agent.Main";
    private static final String HEAD = "dev.bramble.dashboard.Main";
    private static final String COMMAND_LINE = "dev.bramble.cli.Main";
    /** As small as those of {@code bramble local}: several run at once on a build machine. */
    private static final List<String> FLAGS = List.of(
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private static final Pattern LOGGED = Pattern.compile("^(\\d{4}-\\d\\d-\\d\\dT|\\s)");

    private final Process process;
    private final Path log;

    private JavaProcess(Path home, Path log, List<String> flags, String main, List<String> arguments) {
        this(List.of(), home, log, flags, main, arguments);
    }

    private JavaProcess(
            List<String> before, Path home, Path log, List<String> flags, String main, List<String> arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("XDG_CONFIG_HOME", home.resolve("config").toString());
        this.log = log;
        try {
            process = builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** @param home its working folder, and where it keeps its profiles, in {@code config} */
    static JavaProcess commandLine(Path home, Path log, List<String> arguments) {
        return new JavaProcess(home, log, List.of(), COMMAND_LINE, arguments);
    }

    /** @param temporary the folder for temporary files */
    static JavaProcess commandLine(Path home, Path log, Path temporary, List<String> arguments) {
        return new JavaProcess(home, log, List.of("-Djava.io.tmpdir=" + temporary), COMMAND_LINE, arguments);
    }

    static JavaProcess agent(Path config, Path log) {
        return new JavaProcess(config.getParent(), log, List.of(), AGENT, List.of(config.toString()));
    }

    /**
     * An agent or a head, with the memory that it has in earnest.
     *
     * @param before a command that becomes it, such as nsenter
     */
    static JavaProcess member(List<String> before, boolean isHead, Path config, Path log) {
        return new JavaProcess(
                before,
                config.getParent(),
                log,
                List.of("-Xmx192m", "-Xss256k"),
                isHead ? HEAD : AGENT,
                List.of(config.toString()));
    }

    /** As by SIGKILL; returns when it is gone. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end. */
    int exitCode() {
        try {
            if (!process.waitFor(LocalProcesses.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("it does not end; it said:\n" + said());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** All that it has printed, and those before it into the same file. */
    String said() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What it printed last. */
    String lastLine() {
        return said().lines().reduce("", (before, line) -> line);
    }

    /** What it said last that is no line of its log. */
    String sentence() {
        return said().lines().filter(line -> !LOGGED.matcher(line).find()).reduce("", (before, line) -> line);
    }

    long pid() {
        return process.pid();
    }

    /** Its children end with it, or soon after. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
