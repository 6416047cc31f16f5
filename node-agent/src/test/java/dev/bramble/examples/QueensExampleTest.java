package dev.bramble.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.model.TaskTraits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Stops the search of examples/queens as a drain does, and goes on from what it left, without Bramble around it. */
class QueensExampleTest {
    private static final Path EXAMPLE = Path.of("examples", "queens");
    /** Some seconds of work in a task: time enough to stop it after its first step. */
    private static final int SIZE = 13;

    private static final int COLUMN = 3;

    @TempDir
    private Path folder;

    private ExampleRun start(String name, Path checkpoint) throws IOException {
        JsonNode job = ExampleRun.job(EXAMPLE, "job.yaml");
        assertThat(job.get("checkpoints").asBoolean()).isTrue();
        List<String> command = new ArrayList<>(ExampleRun.strings(job.get("command")));
        command.set(2, Integer.toString(SIZE));
        command.set(3, Integer.toString(COLUMN));
        Path work = ExampleRun.ship(EXAMPLE, job, folder.resolve(name));
        return ExampleRun.start(work, command, Map.of("BRAMBLE_CHECKPOINT_DIR", checkpoint.toString()));
    }

    private List<String> said(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name).resolve("stderr"));
    }

    @Test
    void theSecondAttemptGoesOnWhereTheFirstWasAndRepeatsNothing() throws Exception {
        assumeTrue(
                Stream.of("/usr/local/bin", "/usr/bin", "/bin")
                        .anyMatch(in -> Files.isExecutable(Path.of(in, "python3"))),
                "python3 is not installed");
        Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
        ExampleRun first = start("first", checkpoint);
        // Ten steps are more than what two queens beside each other leave nothing to do in.
        while (first.process().isAlive() && said("first").size() < 10) {
            LockSupport.parkNanos(1_000_000);
        }
        first.process().destroy();
        assertThat(first.exitCode()).isEqualTo(TaskTraits.CHECKPOINT_EXIT);
        assertThat(ExampleRun.names(checkpoint)).containsExactly("state.json");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.copy(checkpoint.resolve("state.json"), elsewhere.resolve("state.json"));
        start("second", elsewhere).succeeds();
        assertThat(said("second").getFirst()).startsWith("going on with step ");
        assertThat(Stream.concat(said("first").stream(), said("second").stream().skip(1)))
                .containsExactlyElementsOf(IntStream.range(0, SIZE * SIZE)
                        .mapToObj(step -> "step " + step)
                        .toList());
        assertThat(Files.readString(folder.resolve("second").resolve("stdout")).strip())
                .isEqualTo(Long.toString(ways(1, 1 << COLUMN, 1 << COLUMN << 1, 1 << COLUMN >> 1)));
    }

    private static long ways(int row, int columns, int falling, int rising) {
        if (row == SIZE) {
            return 1;
        }
        long count = 0;
        for (int column = 0; column < SIZE; column++) {
            int queen = 1 << column;
            if ((queen & (columns | falling | rising)) == 0) {
                count += ways(row + 1, columns | queen, (falling | queen) << 1, (rising | queen) >> 1);
            }
        }
        return count;
    }
}
