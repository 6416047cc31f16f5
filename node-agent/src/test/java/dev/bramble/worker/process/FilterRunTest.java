package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.worker.Filters;
import dev.bramble.worker.Filters.Answers;
import dev.bramble.worker.Workers.PlacedFile;
import dev.bramble.worker.process.FilterBed.Batch;
import dev.bramble.worker.process.FilterBed.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Lines through real programs that do what they should, at every level. */
@ParameterizedClass
@EnumSource(Cage.class)
class FilterRunTest {
    private static FilterBed bed;

    @Parameter
    Cage cage;

    @BeforeParameterizedClassInvocation
    static void open(Cage cage) throws IOException {
        bed = new FilterBed(cage);
    }

    @AfterParameterizedClassInvocation
    static void close() throws IOException {
        FilterBed.discard(bed);
        bed = null;
    }

    @AfterEach
    void theLoopHadNoFailure() {
        assertThat(bed.bed.failures).isEmpty();
    }

    private void assertWhole(Batch batch, List<String> expected) {
        assertThat(batch.text()).as(batch::describe).isEqualTo(FilterBed.joined(expected));
        assertThat(batch.succeeded()).hasSize(expected.size());
        assertThat(batch.end().unanswered()).isEmpty();
        assertThat(batch.stderr()).isEmpty();
    }

    @Test
    void linesComeBackInOrderByteForByte() {
        Random random = new Random(1);
        List<String> lines = Stream.generate(() -> {
                    byte[] bytes = new byte[random.nextInt(40)];
                    random.nextBytes(bytes);
                    return new String(bytes, ISO_8859_1).replace('\n', '\0');
                })
                .limit(5000)
                .collect(Collectors.toCollection(ArrayList::new));
        lines.add("");
        lines.add("\r");
        assertWhole(bed.run(Job.of("cat"), lines), lines);
    }

    @Test
    void aProcessServesManyBatchesOfItsJobAndEpochAlone() {
        Job job = Job.of("sh", "-c", "while read -r line; do echo $$; done");
        String first = bed.run(job, "a", "b").text();
        assertThat(first.lines().distinct()).hasSize(1);
        assertThat(bed.run(job, "c", "d").text()).isEqualTo(first);
        job.retryEpoch++;
        Batch other = bed.run(job, "c", "d");
        assertThat(other.succeeded()).hasSize(2);
        assertThat(bed.askLoop(bed.filters::idleMemoryBytes)).isGreaterThanOrEqualTo(2 * (256L << 20));
        bed.onLoop(bed.filters::endIdle);
        Bed.until("no idle process is left", () -> bed.askLoop(bed.filters::idleMemoryBytes) == 0);
    }

    @Test
    void thePlainToolsAnswerLineByLine() {
        List<String> lines = FilterBed.numbers(3000);
        assertWhole(bed.run(Job.of("sed", "s/line/LINE/"), lines), upper(lines));
        assertWhole(bed.run(Job.of("grep", "line"), lines), lines);
        assertWhole(bed.run(Job.python("import sys\nfor l in sys.stdin: print(l[:-1].upper())"), lines), upper(lines));
        assertThat(bed.askLoop(bed.filters::idleMemoryBytes))
                .as("all three are warm")
                .isPositive();
    }

    private static List<String> upper(List<String> lines) {
        return lines.stream().map(line -> line.replace("line", "LINE")).toList();
    }

    @Test
    void answersThatFillMoreThanMemoryComeInAFileInOrder() {
        List<String> lines = FilterBed.numbers(20_000);
        Batch batch = bed.run(Job.of("cat"), lines);
        assertWhole(batch, lines);
        assertThat(batch.end().answers()).isInstanceOf(Answers.InFile.class);
        Batch numbered = bed.run(Job.python("""
                import sys
                held = []
                for line in sys.stdin:
                    held.append(line)
                    if len(held) == 2:
                        sys.stdout.write(held[1] + held[0])
                        held = []
                sys.stdout.write("".join(held))
                """).indexed(), lines);
        assertWhole(numbered, lines);
    }

    @Test
    void longLinesAndManyBytesPass() {
        List<String> lines =
                Stream.of(1 << 20, 0, 70_000, (1 << 20) - 1, 1).map("x"::repeat).toList();
        assertWhole(bed.run(Job.of("cat"), lines), lines);
        assertWhole(bed.run(Job.of("cat").indexed(), lines), lines);
    }

    @Test
    void numberedAnswersMayComeInAnyOrder() {
        Job job = Job.of("sort", "-r").indexed();
        List<String> lines = FilterBed.numbers(500);
        Batch batch = bed.run(job, lines);
        assertWhole(batch, lines);
    }

    @Test
    void theEnvironmentIsWhatWasOrderedAndWhatUnbuffers() throws IOException {
        String print = "while read -r name; do eval \"echo \\\"\\$$name\\\"\"; done";
        Job job = Job.of("bash", "-c", print);
        job.env.put("A", "1");
        Batch batch = bed.run(job, "A", "PYTHONUNBUFFERED", "_STDBUF_O", "BRAMBLE_TASK", "BRAMBLE_INPUT", "JAVA_HOME");
        assertThat(batch.text()).isEqualTo("1\n1\nL\n\n\n\n");
        Job own = Job.of("bash", "-c", print);
        own.env.put("PYTHONUNBUFFERED", "0");
        own.env.put("_STDBUF_O", "0");
        assertThat(bed.run(own, "PYTHONUNBUFFERED", "_STDBUF_O").text()).isEqualTo("0\n0\n");
    }

    @Test
    void shippedFilesLieInItsFolder() throws IOException {
        Path script = Files.createTempFile("bramble-filter", "");
        try {
            Files.writeString(script, "while read -r line; do echo \"got $line\"; done\n");
            Job job = Job.of("sh", "sub/f.sh");
            job.files.add(new PlacedFile("sub/f.sh", script, false));
            assertThat(bed.run(job, "a").text()).isEqualTo("got a\n");
        } finally {
            Files.delete(script);
        }
    }

    @Test
    void theStreamsCanBeOpenedByTheirNames() {
        assertThat(bed.run(Job.of("sed", "-u", "s/a/b/w /dev/stdout", "-n", "/dev/stdin"), "a", "aa")
                        .text())
                .isIn("b\nba\n", "");
        assertThat(bed.run(Job.of("sh", "-c", "cat </dev/stdin >/dev/stdout"), "a", "b")
                        .text())
                .isEqualTo("a\nb\n");
    }

    @Test
    void manyBatchesRunSideBySide() {
        Job job = Job.of("cat");
        List<List<String>> inputs = Stream.iterate(1, i -> i + 1)
                .limit(12)
                .map(i -> FilterBed.numbers(i * 100))
                .toList();
        List<Batch> batches = inputs.stream().map(lines -> bed.run(job, lines)).toList();
        for (int i = 0; i < inputs.size(); i++) {
            assertWhole(batches.get(i), inputs.get(i));
            assertThat(batches.get(i).told()).isEqualTo(1);
        }
    }

    @Test
    void aStoppedBatchKeepsWhatWasAnswered() {
        Job job = Job.of("sh", "-c", "read -r a; echo $a; read -r b; echo ready >&2; touch ready; sleep 307");
        Batch batch = bed.run(job, "a", "b", "c");
        Bed.until("it sleeps", () -> !Bed.processesOf("307").isEmpty());
        bed.onLoop(() -> bed.filters.stop(batch.id, Duration.ZERO));
        assertThat(batch.text()).isEqualTo("a\n");
        assertThat(batch.succeeded()).containsExactly(0);
        assertThat(batch.failed()).isEmpty();
        assertThat(batch.end().unanswered()).isEqualTo("the batch was stopped");
    }

    @Test
    void nothingOfAReleasedJobIsLeft() {
        String mark = UUID.randomUUID().toString();
        Job job = Job.of("sh", "-c", "(sleep 308; :) & while read -r line; do echo $line; done");
        job.env.put(Bed.MARK, mark);
        assertThat(bed.run(job, "a").text()).isEqualTo("a\n");
        assertThat(Bed.living(mark)).isPositive();
        bed.onLoop(() -> bed.filters.release(job.id));
        Bed.until("nothing is left", () -> Bed.living(mark) == 0);
    }

    @Test
    void taskIdsAreNotTakenByProcesses() {
        assumeTrue(cage.hasNamespaces || cage.ofRoot, "shown at the levels with walls");
        assertThat(bed.run(Job.of("cat"), "a").text()).isEqualTo("a\n");
        assertThat(bed.bed.sh("echo beside").out()).isEqualTo("beside\n");
        assertThat(Filters.IDLE_MAX).isPositive();
    }
}
