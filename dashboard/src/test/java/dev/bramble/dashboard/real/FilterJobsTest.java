package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines through filters on four agents, from the command line and back, compared with a run without a bramble. */
@Tag("slow")
class FilterJobsTest {
    private static final int LINES = 400_000;

    @TempDir
    static Path temporary;

    private static LocalProcesses bramble;
    private static Path input;
    private static int outputs;

    @BeforeAll
    static void start() throws IOException {
        bramble = new LocalProcesses(
                temporary.resolve("bramble"),
                LocalProcesses.freePort(),
                List.of("--nodes", "4", "--voters", "3", "--cpus", "1"));
        bramble.start();
        bramble.await("three voters", () -> bramble.read("/voters").get("items").size() == 3);
        input = temporary.resolve("lines.txt");
        try (BufferedWriter lines = Files.newBufferedWriter(input)) {
            for (int i = 0; i < LINES; i++) {
                // Empty lines, spaces and UTF-8 among them; the last line has no LF.
                lines.write(i % 1000 == 7 ? "" : i % 1000 == 8 ? "  grün " + i + " " : "line " + i);
                lines.write(i == LINES - 1 ? "" : "\n");
            }
        }
    }

    @AfterAll
    static void stop() {
        bramble.close();
    }

    private static List<String> with(List<String> first, String... more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(more));
        return all;
    }

    /** Submits {@code program} as a filter over the input; the job's number. */
    private static long submit(String name, String... program) {
        List<String> arguments = with(
                List.of(
                        "submit",
                        "--filter",
                        "--name",
                        name,
                        "--lines",
                        "lines.txt",
                        "--memory",
                        "64M",
                        "--json",
                        "--"),
                program);
        JavaProcess submit = bramble.commandLine(arguments.toArray(String[]::new));
        assertThat(submit.exitCode()).as(submit.said()).isZero();
        return bramble.read("/jobs").get("items").get(0).get("job").asLong();
    }

    private static void assertSameAsWithoutABramble(long job, String... program) throws Exception {
        Path out = temporary.resolve("out" + ++outputs);
        JavaProcess results = bramble.commandLine("results", Long.toString(job), "-o", out.toString());
        assertThat(results.exitCode()).as(results.said()).isZero();
        Path direct = temporary.resolve("direct" + outputs);
        Process run = new ProcessBuilder(program)
                .redirectInput(input.toFile())
                .redirectOutput(direct.toFile())
                .start();
        assertThat(run.waitFor()).isZero();
        // A missing last LF is supplied; some programs do so themselves.
        byte[] expected = Files.readAllBytes(direct);
        if (expected[expected.length - 1] != '\n') {
            Files.writeString(direct, "\n", java.nio.file.StandardOpenOption.APPEND);
        }
        assertThat(Files.mismatch(direct, out.resolve("answers.txt"))).isEqualTo(-1);
    }

    @Test
    void answersAreThoseOfADirectRunByteForByteThoughAnAgentIsKilled() throws Exception {
        long job = submit("cat", "cat");
        bramble.await(
                "it runs", () -> bramble.read("/jobs/" + job).get("succeeded").asInt() > 0);
        String victim = bramble.leader().equals("node4") ? "node3" : "node4";
        bramble.kill(victim);
        bramble.awaitPhase(job, "succeeded");
        assertSameAsWithoutABramble(job, "cat");
    }

    @Test
    void programsThatHoldBackTheirOutputAreServed() throws Exception {
        String[] sed = {"sed", "s/line/zeile/"};
        String[] awk = {"awk", "{print length($0)}"};
        long first = submit("sed", sed);
        long second = submit("awk", awk);
        bramble.awaitPhase(first, "succeeded");
        bramble.awaitPhase(second, "succeeded");
        assertSameAsWithoutABramble(first, sed);
        assertSameAsWithoutABramble(second, awk);
    }

    @Test
    void aLineThatKillsItsProgramOnceIsAnsweredLater() throws Exception {
        try (OpenFolder open = new OpenFolder()) {
            Path mark = open.file("crashes");
            // Dies twice, which is the least that proves a line guilty.
            String script =
                    "while IFS= read -r line || [ -n \"$line\" ]; do if [ \"$line\" = 'line 70003' ] && [ $(wc -l < "
                            + mark + ") -lt 2 ]; then echo crash >> " + mark
                            + "; exit 3; fi; printf '%s\\n' \"$line\"; done";
            long job = submit("crash", "sh", "-c", script);
            bramble.awaitPhase(job, "succeeded");
            assertThat(Files.readAllLines(mark)).hasSize(2);
            assertThat(bramble.read("/jobs/" + job + "/tasks/70003")
                            .get("history")
                            .get(0)
                            .get("reason")
                            .asString())
                    .contains("exit code 3");
            assertSameAsWithoutABramble(job, "cat");
        }
    }

    @Test
    void aLineThatAlwaysKillsFailsAloneAndLeavesItsPlace() throws Exception {
        String script = "while IFS= read -r line; do case \"$line\" in 13) exit 3;; esac; echo \"$line\"; done";
        JavaProcess submit = bramble.commandLine(
                "submit",
                "--filter",
                "--count",
                "100",
                "--memory",
                "64M",
                "--attempts",
                "2",
                "--wait",
                "--",
                "sh",
                "-c",
                script);
        assertThat(submit.exitCode()).as(submit.said()).isEqualTo(1);
        long job = bramble.read("/jobs").get("items").get(0).get("job").asLong();
        assertThat(bramble.read("/jobs/" + job).get("failed").asInt()).isOne();
        assertThat(bramble.read("/jobs/" + job).get("succeeded").asInt()).isEqualTo(99);
        JavaProcess results = bramble.commandLine("results", Long.toString(job));
        assertThat(results.exitCode()).isZero();
        List<String> lines = results.said().lines().toList();
        assertThat(lines.get(12)).isEqualTo("12");
        assertThat(lines.get(13)).isEmpty();
        assertThat(lines.get(14)).isEqualTo("14");
        assertThat(lines).hasSize(100);
    }

    @Test
    void aProgramThatPrintsTooMuchFailsWithASentence() {
        JavaProcess submit = bramble.commandLine(
                "submit",
                "--filter",
                "--count",
                "50",
                "--memory",
                "64M",
                "--attempts",
                "1",
                "--wait",
                "--",
                "sed",
                "p");
        assertThat(submit.exitCode()).as(submit.said()).isEqualTo(1);
        long job = bramble.read("/jobs").get("items").get(0).get("job").asLong();
        assertThat(bramble.read("/jobs/" + job + "/tasks/0").get("reason").asString())
                .contains("one line");
    }

    @Test
    void aReduceFindsAllAnswersInOneFile() {
        JavaProcess submit = bramble.commandLine(
                "submit",
                "--filter",
                "--count",
                "20000",
                "--memory",
                "64M",
                "--name",
                "sum",
                "--reduce",
                "[awk, '{s += $1} END {print s, NR}', results/lines]",
                "--wait",
                "--",
                "cat");
        assertThat(submit.exitCode()).as(submit.said()).isZero();
        long job = bramble.read("/jobs").get("items").get(0).get("job").asLong();
        assertThat(bramble.read("/jobs/" + job + "/tasks/reduce")
                        .get("lastLine")
                        .asString())
                .isEqualTo("199990000 20000");
    }
}
