package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.real.MixedJobs.Kind;
import dev.bramble.dashboard.real.MixedJobs.Mixed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A run that finds nothing proves nothing unless its checks find what was planted. */
class UnattendedChecksTest {
    /** A shell that writes one line, on a machine that does much else. */
    private static final Duration BEGIN_MAX = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    /** Answers as a head would that has this to say, and nothing else. */
    private static final class Said extends HeadClient {
        final Map<String, String> answers = new HashMap<>();

        @Override
        public String text(String path) {
            String answer = answers.get(path);
            assertThat(answer).as("asked for %s", path).isNotNull();
            return answer;
        }

        @Override
        public String url() {
            throw new AssertionError("there is no head");
        }

        @Override
        public String token() {
            return "";
        }

        @Override
        public String log() {
            return "";
        }
    }

    private Marks marks(String... lines) throws IOException {
        return Marks.read(Files.write(folder.resolve("marks"), List.of(lines)));
    }

    private static final Mixed EXCLUSIVE = new Mixed(Kind.EXCLUSIVE, "exclusive-1", "", 1);

    @Test
    void exclusiveRunsThatOverlapByAMillisecondAreFound() throws IOException {
        String first = "B exclusive-1 0 1 1000 /x/node1/home";
        String second = "B exclusive-1 0 2 3000 /x/node2/home";
        assertThat(marks(first, "X exclusive-1 0 1 2999 /x/node1/home", second).overlaps())
                .isEmpty();
        assertThat(marks(first, "X exclusive-1 0 1 3001 /x/node1/home", second).overlaps())
                .containsExactly("exclusive-1/0 ran twice for 1 ms, on node1 and node2");
        // The planted line comes after the other run had ended, and between the marks of a third.
        assertThat(marks(first, second, "E exclusive-1 0 2 6000 /x/node2/home", "X exclusive-1 0 1 5000 /x/node1/home")
                        .overlaps())
                .hasSize(1);
        assertThat(marks(
                                "B long-1 0 1 1000 /x/node1/home",
                                "B long-1 0 2 1500 /x/node2/home",
                                "E long-1 0 1 4000 /x/node1/home")
                        .overlaps())
                .as("others may overlap")
                .isEmpty();
    }

    @Test
    void exclusiveRunThatBeganWhileAnotherHeldItsLockIsFound() throws IOException {
        String first = "B exclusive-1 0 1 1000 /x/node1/home";
        String second = "B exclusive-1 0 2 3000 /x/node2/home";
        Marks fine = marks(first, second);
        assertThat(fine.overlaps()).isEmpty();
        assertThat(fine.exclusives()).isEqualTo("2 runs of 1 exclusive tasks, overlapping: 0");
        // Between two marks of the first one that are a tenth of a second apart.
        Marks planted = marks(first, "O exclusive-1 0 2 3000 /x/node2/home", second);
        assertThat(planted.overlaps()).containsExactly("exclusive-1/0 began on node2 while it still ran elsewhere");
        assertThat(planted.exclusives()).endsWith("overlapping: 1");
    }

    /** The program that exclusive jobs run, twice at once and one after the other, with no bramble around it. */
    @Test
    void programOfExclusiveJobsSeesAnotherOneThatStillRuns() throws Exception {
        Path file = Files.createFile(folder.resolve("marks"));
        ExclusiveProgram program = new ExclusiveProgram(file, "exclusive-1").withTasks(1);
        Process first = run(program, "[ ! -e " + folder.resolve("stop") + " ]");
        awaitBegun(first, file);
        assertThat(run(program, "false").waitFor()).isZero();
        assertThat(Marks.read(file).overlaps())
                .contains("exclusive-1/0 began on " + folder + " while it still ran elsewhere");
        Files.createFile(folder.resolve("stop"));
        assertThat(first.waitFor()).isZero();
        int known = Marks.read(file).overlaps().size();
        assertThat(run(program, "false").waitFor()).isZero();
        assertThat(Marks.read(file).overlaps()).as("nothing runs any more").hasSize(known);
    }

    private static void awaitBegun(Process program, Path file) throws Exception {
        long giveUp = System.nanoTime() + BEGIN_MAX.toNanos();
        while (Marks.read(file).begun("exclusive-1/0") == 0) {
            assertThat(program.isAlive())
                    .as("a program that has not begun yet lives")
                    .isTrue();
            assertThat(System.nanoTime()).as("it begins within %s", BEGIN_MAX).isLessThan(giveUp);
            HeadClient.pause();
        }
    }

    private Process run(ExclusiveProgram program, String goesOn) throws IOException {
        String script = program.script(goesOn).replace("{index}", "0");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", script).inheritIO();
        shell.environment().put("HOME", folder.toString());
        shell.environment().put("BRAMBLE_ATTEMPT", Long.toString(++attempts));
        return shell.start();
    }

    private long attempts;

    @Test
    void resultThatNoRunLeftMarksOfIsFound() throws IOException {
        Map<Integer, String> results = Map.of(0, "7 1 123");
        String begun = "B exclusive-1 0 1 1000 /x/node1/home";
        assertThat(marks(begun, "E exclusive-1 0 1 4000 /x/node1/home").missing(EXCLUSIVE, results))
                .isEmpty();
        assertThat(marks(begun).missing(EXCLUSIVE, results)).hasSize(1);
        assertThat(marks("E exclusive-1 1 1 4000 /x/node1/home").missing(EXCLUSIVE, results))
                .containsExactly("exclusive-1, task 0: '7 1 123' is recorded, and no run of it left its marks");
    }

    private static List<JsonNode> task(String state, String line) {
        return List.of(HeadClient.JSON.readTree(
                "{\"task\": 3, \"state\": \"" + state + "\", \"lastLine\": \"" + line + "\", \"reduce\": false}"));
    }

    @Test
    void secondOutcomeOfATaskIsFound() {
        RecordedOutcomes recorded = new RecordedOutcomes();
        assertThat(recorded.compare(9, task("running", ""))).isEmpty();
        assertThat(recorded.compare(9, task("succeeded", "16 1 111"))).isEmpty();
        assertThat(recorded.compare(9, task("succeeded", "16 1 111"))).isEmpty();
        assertThat(recorded.compare(8, task("succeeded", "16 2 222"))).isEmpty();
        assertThat(recorded.compare(9, task("succeeded", "16 2 222")))
                .containsExactly("job 9, task 3: two outcomes were recorded: '16 1 111' and '16 2 222'");
    }

    @Test
    void resultThatIsNotTheComputedOneIsFound() {
        Said head = new Said();
        MixedJobs jobs = new MixedJobs(head, folder.resolve("marks"));
        head.answers.put("/jobs/1/tasks?limit=1000", "{\"items\": " + task("succeeded", "7 1 123") + "}");
        assertThat(jobs.mistakes(EXCLUSIVE, 1)).isEmpty();
        head.answers.put("/jobs/1/tasks?limit=1000", "{\"items\": " + task("succeeded", "8 1 123") + "}");
        assertThat(jobs.mistakes(EXCLUSIVE, 1)).containsExactly("exclusive-1, task 0: '8' instead of '7'");

        Mixed filter = new Mixed(Kind.FILTER, "filter-2", "", 3);
        head.answers.put("/jobs/2/answers", "1\n4\n7\n");
        assertThat(jobs.mistakes(filter, 2)).isEmpty();
        for (String wrong : List.of("1\n4\n", "1\n4\n7", "4\n1\n7\n", "1\n4\n7\n7\n")) {
            head.answers.put("/jobs/2/answers", wrong);
            assertThat(jobs.mistakes(filter, 2)).as(wrong).hasSize(1);
        }
    }
}
