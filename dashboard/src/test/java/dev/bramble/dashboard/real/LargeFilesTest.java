package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gigabytes in and one out, with every heap at its default: prints seconds and the most memory that each process
 * held, and asserts on none of them. Needs 12 GB of disk.
 */
@Tag("slow")
class LargeFilesTest {
    private static final long IN_BYTES = 2L << 30;
    /** A slow disk under a busy machine writes some megabytes a second. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static final long OUT_BYTES = 1L << 30;

    @TempDir
    Path temporary;

    @Test
    @Timeout(value = 45, unit = TimeUnit.MINUTES)
    void twoGigabytesGoInAndOneComesOut() throws IOException {
        try (LocalProcesses bramble = new LocalProcesses(
                temporary.resolve("bramble"),
                LocalProcesses.freePort(),
                List.of("--nodes", "3", "--voters", "1", "--cpus", "1"))) {
            bramble.start();
            bramble.await(
                    "all are up", () -> bramble.read("/bramble").get("nodesUp").asInt() == 3);
            writeInput(temporary.resolve("input"));
            long began = System.nanoTime();
            try (JavaProcess submitted = bramble.commandLine(
                    "submit",
                    "--count",
                    "1",
                    "--memory",
                    "64M",
                    "--disk",
                    "4G",
                    "--ship",
                    "input",
                    "--outputs",
                    "out.bin",
                    "--json",
                    "--",
                    "sh",
                    "-c",
                    "head -c " + OUT_BYTES + " input > out.bin; sha256sum input out.bin")) {
                long[] most = {0};
                bramble.await("the job is accepted", LIMIT, () -> {
                    most[0] = Math.max(most[0], peakKilobytes(submitted.pid()));
                    return !submitted.isAlive();
                });
                assertThat(submitted.exitCode()).as(submitted.said()).isZero();
                System.out.printf("submit: %.1f s, at most %d MB%n", seconds(began), most[0] / 1024);
                began = System.nanoTime();
                long job = Long.parseLong(submitted.said().replaceAll("(?s).*\"job\"\\s*:\\s*(\\d+).*", "$1"));
                bramble.await(
                        "the job is done",
                        LIMIT,
                        () -> bramble.read("/jobs/" + job)
                                .get("phase")
                                .asString()
                                .equals("succeeded"));
                System.out.printf("task with its input and its result: %.1f s%n", seconds(began));
                began = System.nanoTime();
                JavaProcess results = bramble.commandLine("results", Long.toString(job), "-o", "out");
                bramble.await("the results are here", LIMIT, () -> !results.isAlive());
                assertThat(results.exitCode()).as(results.said()).isZero();
                System.out.printf("results: %.1f s%n", seconds(began));
            }
            try (var files = Files.walk(temporary.resolve("out"))) {
                Path out = files.filter(file -> file.endsWith("out.bin"))
                        .findFirst()
                        .orElseThrow();
                assertThat(Files.size(out)).isEqualTo(OUT_BYTES);
            }
            for (String name : List.of("node1", "node2", "node3", "head")) {
                System.out.printf("%s: at most %d MB%n", name, peakKilobytes(bramble.pid(name)) / 1024);
            }
        }
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }

    private static void writeInput(Path file) throws IOException {
        byte[] piece = new byte[1 << 20];
        Random random = new Random(5);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < IN_BYTES; written += piece.length) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
    }

    /** The most that it ever held, by the kernel; 0 when it is gone. */
    private static long peakKilobytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException gone) {
            return 0;
        }
    }
}
