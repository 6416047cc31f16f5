package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten million lines through four programs on four agents: while each job runs an agent is killed, and one program
 * crashes at line 7,000,003. Prints seconds, and asserts on none. Needs 5 GB of disk.
 */
@Tag("slow")
class ManyLinesTest {
    private static final int LINES = 10_000_000;
    /** From 0; as people count it is line 7,000,003. */
    private static final int CULPRIT = 7_000_002;
    /** A minute or two on four free cores. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    @TempDir
    Path temporary;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void answersAreThoseOfADirectRunByteForByteThoughAgentsAreKilledAndAFilterCrashes() throws Exception {
        Path input = temporary.resolve("lines.txt");
        write(input);
        try (OpenFolder open = new OpenFolder();
                LocalProcesses bramble = new LocalProcesses(
                        temporary.resolve("bramble"),
                        LocalProcesses.freePort(),
                        List.of("--nodes", "4", "--voters", "3", "--cpus", "1"))) {
            bramble.start();
            bramble.await(
                    "three voters", () -> bramble.read("/voters").get("items").size() == 3);
            Path mark = open.file("crashes");
            String crashing = """
                    import sys
                    for line in sys.stdin.buffer:
                        if line == b"line %d\\n" and len(open("%s").read()) < 2:
                            open("%s", "a").write("x")
                            sys.exit(3)
                        sys.stdout.buffer.write(line.upper())
                    """.formatted(CULPRIT, mark, mark);
            String calm = "import sys\nfor line in sys.stdin.buffer: sys.stdout.buffer.write(line.upper())\n";
            List<Run> runs = List.of(
                    new Run("cat", List.of("cat"), List.of("cat")),
                    new Run("sed", List.of("sed", "s/line/zeile/"), List.of("sed", "s/line/zeile/")),
                    new Run("awk", List.of("awk", "{print length($0), $0}"), List.of("awk", "{print length($0), $0}")),
                    new Run("python3", List.of("python3", "-c", crashing), List.of("python3", "-c", calm)));
            for (Run run : runs) {
                long began = System.nanoTime();
                long job = submit(bramble, run);
                System.out.printf("%s: accepted after %.1f s%n", run.name(), seconds(began));
                began = System.nanoTime();
                bramble.await(
                        "a tenth is done",
                        LIMIT,
                        () -> bramble.read("/jobs/" + job).get("succeeded").asInt() > LINES / 10);
                String victim = bramble.leader().equals("node4") ? "node3" : "node4";
                bramble.kill(victim);
                bramble.await("the job is done", LIMIT, () -> isOver(bramble, job));
                System.out.printf("%s: done after %.1f s, %s killed at a tenth%n", run.name(), seconds(began), victim);
                assertThat(bramble.read("/jobs/" + job).get("phase").asString()).isEqualTo("succeeded");
                assertSame(bramble, run, job, input);
                assertThat(bramble.commandLine("rm", Long.toString(job)).exitCode())
                        .isZero();
            }
            assertThat(Files.readString(mark))
                    .as("it crashed twice, and was found")
                    .isEqualTo("xx");
        }
    }

    /**
     * @param program as a filter
     * @param direct what prints the same without a bramble
     */
    private record Run(String name, List<String> program, List<String> direct) {}

    private static void write(Path input) throws IOException {
        try (BufferedWriter lines = Files.newBufferedWriter(input)) {
            for (int i = 0; i < LINES; i++) {
                lines.write("line ");
                lines.write(Integer.toString(i));
                lines.write('\n');
            }
        }
    }

    private static boolean isOver(LocalProcesses bramble, long job) {
        String phase = bramble.read("/jobs/" + job).get("phase").asString();
        return !phase.equals("queued") && !phase.equals("running");
    }

    private static long submit(LocalProcesses bramble, Run run) {
        List<String> words = new ArrayList<>(List.of(
                "submit", "--filter", "--name", run.name(), "--lines", "lines.txt", "--memory", "64M", "--json", "--"));
        words.addAll(run.program());
        JavaProcess submit = bramble.commandLine(words.toArray(String[]::new));
        bramble.await("the job is accepted", LIMIT, () -> !submit.isAlive());
        assertThat(submit.exitCode()).as(submit.said()).isZero();
        return bramble.read("/jobs").get("items").get(0).get("job").asLong();
    }

    private void assertSame(LocalProcesses bramble, Run run, long job, Path input) throws Exception {
        Path out = temporary.resolve(run.name());
        long began = System.nanoTime();
        JavaProcess results = bramble.commandLine("results", Long.toString(job), "-o", out.toString());
        bramble.await("the results are here", LIMIT, () -> !results.isAlive());
        assertThat(results.exitCode()).as(results.said()).isZero();
        System.out.printf("%s: results after %.1f s%n", run.name(), seconds(began));
        Path direct = temporary.resolve("direct");
        began = System.nanoTime();
        Process process = new ProcessBuilder(run.direct())
                .redirectInput(input.toFile())
                .redirectOutput(direct.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        System.out.printf("%s: direct run %.1f s%n", run.name(), seconds(began));
        assertThat(Files.mismatch(direct, out.resolve("answers.txt"))).isEqualTo(-1);
        Files.delete(out.resolve("answers.txt"));
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }
}
