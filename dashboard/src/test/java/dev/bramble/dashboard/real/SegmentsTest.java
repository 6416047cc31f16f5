package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What many tasks print lies in few files, and each gets its own back. */
@Tag("slow")
class SegmentsTest {
    private static final int TASKS = 2_000;
    /** What one task prints: more than rides in the ledger. */
    private static final int BYTES = 10_000;
    /** Of as many tasks a file each would be 2,000. */
    private static final int FILES_MAX = 400;
    /** A node closes a file 200 ms after its first result, however few came: what three nodes do at most. */
    private static final int FILES_MAX_A_SECOND = 15;

    @TempDir
    Path temporary;

    @Test
    void manyMiddlingResultsLieInFewFilesAndComeBackWhole() throws Exception {
        try (LocalProcesses bramble = new LocalProcesses(
                temporary.resolve("bramble"),
                LocalProcesses.freePort(),
                List.of("--nodes", "3", "--voters", "1", "--cpus", "2"))) {
            bramble.start();
            bramble.await(
                    "all are up", () -> bramble.read("/bramble").get("nodesUp").asInt() == 3);
            long began = System.nanoTime();
            long job = submit(bramble);
            bramble.awaitPhase(job, "succeeded");
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);

            JsonNode files = bramble.read("/bramble").get("files");
            System.out.printf(
                    "%,d tasks that print %,d bytes each: %,d blobs of %,d bytes, %,d files on three cards%n",
                    TASKS, BYTES, files.get("count").asInt(), files.get("bytes").asLong(), onCards(bramble));
            int most = Math.clamp(seconds * FILES_MAX_A_SECOND, FILES_MAX, TASKS / 2);
            assertThat(files.get("count").asInt()).isBetween(1, most);
            // Two copies, and what was brought to the reduce.
            assertThat(onCards(bramble))
                    .isLessThanOrEqualTo(3L * files.get("count").asInt());

            JavaProcess results = bramble.commandLine("results", Long.toString(job), "-o", "out");
            assertThat(results.exitCode()).as(results.said()).isZero();
            for (int task = 0; task < TASKS; task++) {
                assertThat(temporary.resolve("out/" + task + "/stdout")).hasContent(printed(task));
            }
            assertThat(temporary.resolve("out/reduce/stdout")).hasContent(TASKS * BYTES + "\n");
            JavaProcess log = bramble.commandLine("logs", Long.toString(job), "7");
            assertThat(log.exitCode()).as(log.said()).isZero();
            assertThat(log.said()).contains(printed(7));
        }
    }

    private long submit(LocalProcesses bramble) throws IOException {
        Files.writeString(temporary.resolve("many.yaml"), """
                command: [sh, -c, "seq {index} 100000 | head -c %d"]
                tasks: {count: %d}
                needs: {memory: 16M}
                reduce: [sh, -c, "cat results/*/stdout | wc -c"]
                """.formatted(BYTES, TASKS));
        JavaProcess submitted = bramble.commandLine("submit", "many.yaml", "--json");
        assertThat(submitted.exitCode()).as(submitted.said()).isZero();
        return Long.parseLong(submitted.said().replaceAll("(?s).*\"job\"\\s*:\\s*(\\d+).*", "$1"));
    }

    /** What {@code seq} gives, cut. */
    private static String printed(int task) {
        String lines =
                IntStream.range(task, task + BYTES).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        return lines.substring(0, BYTES);
    }

    private static long onCards(LocalProcesses bramble) throws IOException {
        long count = 0;
        for (int node = 1; node <= 3; node++) {
            try (Stream<Path> files = Files.walk(bramble.folder().resolve("node" + node + "/store/blobs"))) {
                count += files.filter(Files::isRegularFile).count();
            }
        }
        return count;
    }
}
