package dev.bramble.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.LineFiles;
import dev.bramble.worker.Filters;
import dev.bramble.worker.process.FilterBed.Batch;
import dev.bramble.worker.process.FilterBed.Job;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Filters that do what they should not, as root and as an ordinary user. Side by side: they mostly wait. */
@ParameterizedClass
@EnumSource(names = {"OWN_UID", "PROCESS_GROUP"})
@Execution(ExecutionMode.CONCURRENT)
class FilterFaultTest {
    @Parameter
    Cage cage;

    private FilterBed bed;

    @BeforeEach
    void open() throws IOException {
        bed = new FilterBed(cage);
    }

    @AfterEach
    void close() throws IOException {
        if (bed != null) {
            assertThat(bed.bed.failures).isEmpty();
        }
        FilterBed.discard(bed);
    }

    /** Prints each line in capitals, and does {@code deed} at {@code line}. */
    private static Job python(String line, String deed) {
        return Job.python("""
                import os, sys, time
                for line in sys.stdin:
                    line = line.rstrip("\\n")
                    if line == "%s":
                        %s
                    print(line.upper())
                """.formatted(line, deed));
    }

    private static void assertOnlyCharged(Batch batch, int line, int count) {
        assertThat(batch.failure()).isEmpty();
        assertThat(batch.failed()).as(batch::describe).containsExactly(line);
        assertThat(batch.succeeded()).hasSize(count - 1).doesNotContain(line);
        assertThat(batch.text().lines()).hasSize(count - 1);
        assertThat(batch.text()).doesNotContain("LINE " + line + "\n").contains("LINE " + (line + 1) + "\n");
    }

    @Test
    void aCrashIsChargedToItsLineWithCodeAndStderr() {
        Batch batch = bed.run(
                python("line 2500", "print('bad input', file=sys.stderr); sys.exit(7)"), FilterBed.numbers(4000));
        assertOnlyCharged(batch, 2500, 4000);
        assertThat(batch.onlyFailed().blame().end()).isEqualTo(AttemptEnd.FAILED);
        assertThat(batch.onlyFailed().blame().exitCode()).isEqualTo(7);
        assertThat(batch.stderr()).isEqualTo("bad input\n");
    }

    @Test
    void aSignalAndHalfALineAreACrashOfTheLineToo() {
        Batch batch = bed.run(
                python("line 30", "sys.stdout.write('HAL'); sys.stdout.flush(); os.kill(os.getpid(), 11)"),
                FilterBed.numbers(60));
        assertOnlyCharged(batch, 30, 60);
        assertThat(batch.onlyFailed().blame().exitCode()).isEqualTo(128 + 11);
        assertThat(batch.text()).contains("LINE 29\nLINE 31\n");
    }

    @Test
    void exitZeroWhileLinesAreOwedIsACrash() {
        Batch batch = bed.run(python("line 30", "sys.exit(0)"), FilterBed.numbers(60));
        assertOnlyCharged(batch, 30, 60);
        assertThat(batch.onlyFailed().blame().exitCode()).isZero();
    }

    @Test
    void ofAProgramThatBuffersTheCulpritIsFoundToo() {
        Batch batch = bed.run(python("line 700", "os._exit(5)").buffering(), FilterBed.numbers(1000));
        assertOnlyCharged(batch, 700, 1000);
        assertThat(batch.onlyFailed().blame().exitCode()).isEqualTo(5);
    }

    @Test
    void aProgramThatBuffersGivesAllAndIsRememberedAsSuch() {
        for (Job job : List.of(
                Job.of("sed", "s/line/LINE/").buffering(),
                Job.of("awk", "{ sub(/line/, \"LINE\"); print }").buffering(),
                Job.python("import sys\nfor l in sys.stdin: print(l[:-1].upper())")
                        .buffering(),
                Job.of("perl", "-pe", "s/line/LINE/"))) {
            for (int i = 0; i < 3; i++) {
                Batch batch = bed.run(job, FilterBed.numbers(500));
                assertThat(batch.text())
                        .as(batch::describe)
                        .contains("LINE 0\n")
                        .endsWith("LINE 499\n");
                assertThat(batch.succeeded()).hasSize(500);
            }
        }
    }

    @Test
    void aCrashThatDependsOnNothingIsChargedForTheFirstLinesAndTheRestIsGivenBack() {
        Batch batch = bed.run(Job.of("sh", "-c", "read -r line; exit 4"), FilterBed.numbers(1000));
        assertThat(batch.succeeded()).isEmpty();
        assertThat(batch.failed()).isNotEmpty().startsWith(0, 1, 2);
        assertThat(batch.end().unanswered()).contains("256 times");
    }

    @Test
    void whatEndsAtOnceAtEveryStartDoesNotStartForEver() {
        for (String script : List.of("exit 3", "exec <&-; exit 3")) {
            Batch batch = bed.run(Job.of("sh", "-c", script), "a", "b");
            assertThat(batch.failed()).containsExactly(0, 1);
            assertThat(batch.end().failed().getFirst().blame().exitCode()).isEqualTo(3);
        }
    }

    @Test
    void aProgramThatIsNotThereFailsTheBatchByItsOwnName() {
        Batch batch = bed.run(Job.of("no-such-filter"), "a");
        assertThat(batch.failure()).startsWith("the program 'no-such-filter' was not found on PATH=");
        assertThat(batch.succeeded()).isEmpty();
        assertThat(batch.failed()).isEmpty();
    }

    @Test
    void moreLinesThanOwedFailTheBatch() {
        for (String script : List.of("p", "p;p;p", "1!b;p")) {
            Batch batch = bed.run(Job.of("sed", script), FilterBed.numbers(100));
            assertThat(batch.failure()).as(script).contains("more lines than it was given");
            assertThat(batch.succeeded()).isEmpty();
            assertThat(batch.text()).isEmpty();
        }
        Batch last = bed.run(Job.of("sed", "$!b;p").buffering(), FilterBed.numbers(100));
        assertThat(last.failure()).as("seen at the end of the output").contains("more lines");
    }

    @Test
    void aLineWhileNoneIsOwedFailsTheBatch() {
        Batch greeting = bed.run(Job.of("sh", "-c", "echo hello; exec cat"), "a", "b");
        assertThat(greeting.failure()).containsAnyOf("while it was given none", "more lines than it was given");
        Job late = Job.of("sh", "-c", "read -r a; echo $a; sleep 1; echo late; exec cat");
        assertThat(bed.run(late, "a").text()).isEqualTo("a\n");
        Bed.until("what came late is seen", () -> !bed.run(late, "b").failure().isEmpty());
    }

    @Test
    void linesLeftOutAreChargedAndTheOthersKeepTheirOwnAnswers() {
        Batch batch = bed.run(Job.of("grep", "-v", "line 7$"), FilterBed.numbers(20));
        assertThat(batch.failed()).as(batch::describe).containsExactly(7);
        assertThat(batch.text()).contains("line 6\nline 8\n").endsWith("line 19\n");
    }

    @Test
    void aLineThatHangsIsTimedOutAndTheOthersGoOn() {
        Batch batch =
                bed.run(python("line 9", "time.sleep(600)").timeout(Duration.ofSeconds(10)), FilterBed.numbers(40));
        assertOnlyCharged(batch, 9, 40);
        assertThat(batch.onlyFailed().blame().end()).isEqualTo(AttemptEnd.TIMED_OUT);
        assertThat(batch.onlyFailed().blame().exitCode()).isEqualTo(-1);
    }

    @Test
    void whatReadsOneLineAndThenSleepsIsTimedOut() {
        Batch batch =
                bed.run(Job.of("sh", "-c", "read -r a; echo $a; sleep 600").timeout(Duration.ofSeconds(5)), "a", "b");
        assertThat(batch.succeeded()).contains(0);
        assertThat(batch.end().failed()).allMatch(failed -> failed.blame().end() == AttemptEnd.TIMED_OUT);
    }

    @Test
    void whatClosesItsStdoutButLivesIsEndedAndItsLineCharged() {
        Batch batch = bed.run(Job.of("sh", "-c", "read -r a; exec >&-; sleep 600"), "a");
        assertThat(batch.failed()).containsExactly(0);
        assertThat(batch.onlyFailed().blame().reason()).startsWith("the program closed its stdout");
        assertThat(batch.onlyFailed().blame().exitCode()).isEqualTo(-1);
    }

    @Test
    void childrenThatOutliveItAreGoneWhenTheBatchEnds() {
        String mark = UUID.randomUUID().toString();
        Job job = Job.of("sh", "-c", "(setsid sleep 309 &); read -r a; exit 1");
        job.env.put(Bed.MARK, mark);
        assertThat(bed.run(job, "a").failed()).containsExactly(0);
        assertThat(Bed.living(mark)).isZero();
    }

    @Test
    void aHugeAnswerIsChargedToItsLine() {
        Batch batch =
                bed.run(python("line 3", "line = 'x' * " + (LineFiles.LINE_BYTES_MAX + 1)), FilterBed.numbers(10));
        assertThat(batch.failed()).containsExactly(3);
        assertThat(batch.onlyFailed().blame().reason()).contains("longer than 1048576 bytes");
        assertThat(batch.succeeded()).hasSize(9);
    }

    @Test
    void endlessOutputWithoutALineIsChargedAndEnds() {
        Batch batch = bed.run(Job.of("sh", "-c", "read -r a; exec cat /dev/zero"), "a");
        assertThat(batch.failed()).containsExactly(0);
    }

    @Test
    void answersBeyondTheLimitOfABatchLeaveTheRestForAnother() {
        Job job = Job.of("sed", "s/.*/" + "x".repeat(10_000) + "/");
        int count = (int) (Filters.ANSWER_BYTES_MAX / 10_000) + 500;
        Batch batch = bed.run(job, FilterBed.numbers(count));
        assertThat(batch.end().unanswered()).contains("more than " + Filters.ANSWER_BYTES_MAX);
        assertThat(batch.failed()).isEmpty();
        assertThat(batch.succeeded()).hasSizeLessThan(count).hasSizeGreaterThan(count - 1000);
        assertThat(batch.answers()).hasSize(batch.succeeded().size() * 10_001);
    }

    @Test
    void ofAFloodOnStderrTheLastIsKept() {
        Batch batch = bed.run(
                Job.of("sh", "-c", "read -r a; yes warning | head -c 5000000 >&2; echo last words >&2; exit 1"), "a");
        assertThat(batch.failed()).containsExactly(0);
        assertThat(batch.end().stderr()).hasSize(Filters.STDERR_BYTES_MAX);
        assertThat(batch.stderr()).endsWith("warning\nlast words\n");
    }

    @Test
    void wrongNumbersFailTheBatch() {
        Batch unknown = bed.run(Job.of("sed", "s/^[0-9]*/9/").indexed(), "a", "b");
        assertThat(unknown.failure()).contains("answered 9, which is no line");
        Batch none = bed.run(Job.of("cut", "-f2").indexed(), "a", "b");
        assertThat(none.failure()).contains("does not begin with a number and a tab");
    }

    @Test
    void linesThatCannotBeReadBlameNobody() {
        Batch batch = bed.runWithout(Job.of("cat"), 5);
        assertThat(batch.end().unanswered()).contains("the lines of the batch cannot be read on this node");
        assertThat(batch.failed()).isEmpty();
        assertThat(batch.failure()).isEmpty();
    }
}
