package dev.bramble.cli.bench;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a program of this machine over a file, and takes its time. */
final class OtherTool {
    private final Map<String, String> environment;
    private final Pace pace;
    private final Duration limit;

    OtherTool(Map<String, String> environment, Pace pace, Duration limit) {
        this.environment = environment;
        this.pace = pace;
        this.limit = limit;
    }

    boolean isInstalled(String program) {
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** The rate over the file's {@code count} lines; empty when the program is not here, fails, or takes too long. */
    Optional<Figure.Beside> rate(List<String> command, Path stdin, long count) {
        if (!isInstalled(command.getFirst())) {
            return Optional.empty();
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(stdin.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = null;
        try {
            long began = pace.nanos();
            process = builder.start();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            long nanos = pace.nanos() - began;
            return ended && process.exitValue() == 0
                    ? Optional.of(new Figure.Beside(
                            String.join(" ", command),
                            new Figure.Amount(Statistics.perSecond(count, nanos), Figure.Unit.PER_SECOND)))
                    : Optional.empty();
        } catch (IOException cannotStart) {
            return Optional.empty();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.UNREACHABLE, "interrupted while " + command.getFirst() + " ran", stop);
        } finally {
            if (process != null) {
                process.destroy();
            }
        }
    }
}
