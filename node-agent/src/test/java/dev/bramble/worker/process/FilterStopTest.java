package dev.bramble.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.worker.process.FilterBed.Batch;
import dev.bramble.worker.process.FilterBed.Job;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs say and do once they were told to stop answers no line, and is held against none. */
@ParameterizedClass
@EnumSource(Cage.class)
class FilterStopTest {
    /** Longer than any of these programs takes to say its last words. */
    private static final Duration GRACE = Duration.ofSeconds(20);

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

    /**
     * Echoes each line, sleeps over one that is called slow (once those before it were surely heard), and has
     * {@code onTerm} done when it is told to stop.
     */
    private static Job echo(String onTerm, int sleep) {
        return Job.of(
                "bash",
                "-c",
                "trap '" + onTerm + "' TERM; while read -r line; do" + " case $line in *slow) sleep 0.5; sleep " + sleep
                        + " & wait $!;; esac; echo \"$line\"; done");
    }

    private static Batch stoppedAt(int sleep, Duration grace, Job job, String... lines) {
        Batch batch = bed.run(job, lines);
        Bed.until(
                "it is at the slow line",
                () -> !Bed.processesOf(Integer.toString(sleep)).isEmpty());
        bed.onLoop(() -> bed.filters.stop(batch.id, grace));
        return batch;
    }

    private static void assertOnlyTheFirstIsAnswered(Batch batch, String answer) {
        assertThat(batch.succeeded()).as(batch::describe).containsExactly(0);
        assertThat(batch.text()).isEqualTo(answer);
        assertThat(batch.failed()).isEmpty();
        assertThat(batch.failure()).isEmpty();
        assertThat(batch.end().unanswered()).isEqualTo("the batch was stopped");
    }

    @Test
    void lastWordsAreNoAnswerOfTheLineThatIsOwed() {
        Batch batch = stoppedAt(321, GRACE, echo("echo bye; exit", 321), "a", "slow", "c");
        assertOnlyTheFirstIsAnswered(batch, "a\n");
    }

    @Test
    void lastWordsThatAreMoreThanWhatIsOwedFailNoBatch() {
        Batch batch = stoppedAt(322, GRACE, echo("echo 1; echo 2; echo 3; echo 4; exit", 322), "a", "slow");
        assertOnlyTheFirstIsAnswered(batch, "a\n");
    }

    @Test
    void lastWordsWithoutANumberFailNoBatchWithNumbers() {
        Batch batch = stoppedAt(323, GRACE, echo("echo bye; exit", 323).indexed(), "a", "slow", "c");
        assertOnlyTheFirstIsAnswered(batch, "a\n");
    }

    @Test
    void lastWordsWithTheNumberOfALineAreNoAnswerOfIt() {
        Batch batch = stoppedAt(
                324, GRACE, echo("printf \"5001\\tbye\\n\"; exit", 324).indexed(), "a", "slow", "c");
        assertOnlyTheFirstIsAnswered(batch, "a\n");
    }

    @Test
    void lastWordsOfAShellAroundAnAwkThatDiedAreNoAnswer() {
        Job job = Job.of(
                "bash",
                "-c",
                "trap 'echo bye' TERM; awk '/slow/ { system(\"sleep 325\") } { print; fflush() }'; exit 3");
        assertOnlyTheFirstIsAnswered(stoppedAt(325, GRACE, job, "a", "slow", "c"), "a\n");
    }

    @Test
    void aTimeoutOfALineThatIsShorterThanTheGraceChargesNobody() {
        Job job = echo("", 326).timeout(Duration.ofSeconds(4));
        assertOnlyTheFirstIsAnswered(stoppedAt(326, Duration.ofSeconds(6), job, "a", "slow", "c"), "a\n");
    }
}
