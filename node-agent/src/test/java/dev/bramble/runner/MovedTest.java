package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskInput;
import dev.bramble.model.TaskTraits;
import dev.bramble.model.WorkOrder;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers.Exit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Attempts that are stopped since their tasks go on elsewhere. */
class MovedTest extends RunnerBed {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final Exit CHECKPOINT = new Exit.Code(TaskTraits.CHECKPOINT_EXIT);

    private SimWorkers.Play thatEndsBy(Optional<Exit> onTerm, String... checkpoint) {
        TreeMap<String, byte[]> files = new TreeMap<>();
        for (String name : checkpoint) {
            files.put(name, name.getBytes(StandardCharsets.UTF_8));
        }
        byte[] printed = "half".getBytes(StandardCharsets.UTF_8);
        return new SimWorkers.Play(
                Duration.ofHours(1), new Exit.Code(0), onTerm, printed, new byte[0], new TreeMap<>(), files);
    }

    private void move() {
        runner.received(new Message.Withdraw(1, List.of(id(1)), "its node is drained", Optional.of(GRACE)));
    }

    private void withdraw() {
        runner.received(new Message.Withdraw(1, List.of(id(1)), "cancelled", Optional.empty()));
    }

    @Test
    void aTaskThatSaysSoLeavesItsCheckpointInTheOutcome() {
        play = thatEndsBy(Optional.of(CHECKPOINT), "state", "weights/1");
        order(SampleJob.of(9).leavesCheckpoints().disk(100), 1);
        move();
        pass(Duration.ofSeconds(1));
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.end()).isEqualTo(AttemptEnd.KILLED);
            assertThat(outcome.reason()).isEqualTo("its node is drained; it left a checkpoint");
            assertThat(outcome.checkpoint().orElseThrow().files())
                    .extracting(AttemptOutcome.KeptFile::name)
                    .containsExactly("state", "weights/1");
            assertThat(outcome.stored()).allMatch(file -> blobs.isWhole(file.blob()));
            assertThat(runner.waitingBlobs())
                    .containsAll(
                            outcome.stored().stream().map(Output.Stored::blob).toList());
        });
    }

    @Test
    void withoutItsWordOrThatOfItsJobThereIsNone() {
        play = thatEndsBy(Optional.of(CHECKPOINT), "state");
        order(SampleJob.of(9), 1);
        play = thatEndsBy(Optional.of(new Exit.Code(1)), "state");
        order(SampleJob.of(9).leavesCheckpoints(), 2);
        runner.received(new Message.Withdraw(1, List.of(id(1), id(2)), "its node is drained", Optional.of(GRACE)));
        pass(Duration.ofSeconds(1));
        assertThat(outcomes()).hasSize(2).allSatisfy(outcome -> {
            assertThat(outcome.end()).isEqualTo(AttemptEnd.KILLED);
            assertThat(outcome.checkpoint()).isEmpty();
            assertThat(outcome.stdout()).isEqualTo(Output.Inline.EMPTY);
        });
    }

    @Test
    void oneThatIsTooLargeIsNotKeptAndTheOutcomeSaysWhy() {
        play = thatEndsBy(Optional.of(CHECKPOINT), "much more than a byte");
        order(SampleJob.of(9).leavesCheckpoints().disk(1), 1);
        move();
        pass(Duration.ofSeconds(1));
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.checkpoint().orElseThrow().files()).isEmpty();
            assertThat(outcome.reason()).startsWith("its node is drained; its checkpoint is not kept: ");
        });
    }

    @Test
    void oneThatDoesNotHearIsKilledAfterItsOwnGrace() {
        play = thatEndsBy(Optional.empty());
        order(SampleJob.of(9), 1);
        move();
        pass(GRACE.minusSeconds(1));
        assertThat(workers.running()).containsExactly(id(1));
        move();
        pass(Duration.ofSeconds(2));
        assertThat(workers.running()).isEmpty();
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsExactly(AttemptEnd.KILLED);
    }

    @Test
    void whatNobodyWantsAnyMoreKeepsNothingThoughItWasToMove() {
        play = thatEndsBy(Optional.empty(), "state");
        order(SampleJob.of(9).leavesCheckpoints(), 1);
        move();
        pass(Duration.ofSeconds(1));
        withdraw();
        move();
        pass(Duration.ofSeconds(6));
        assertThat(workers.running()).isEmpty();
        assertThat(outcomes()).isEmpty();
        assertThat(runner.heldAttempts()).isZero();
    }

    @Test
    void aCheckpointWithoutAStopIsAFailure() {
        play = SimWorkers.Play.of(Duration.ofSeconds(1), CHECKPOINT);
        order(SampleJob.of(9).leavesCheckpoints(), 1);
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).extracting(AttemptOutcome::end).containsExactly(AttemptEnd.FAILED);
    }

    @Test
    void aCheckpointAfterItsTimeoutIsATimeout() {
        play = thatEndsBy(Optional.of(CHECKPOINT), "state");
        order(SampleJob.of(9).leavesCheckpoints().timeout(Duration.ofSeconds(5)), 1);
        pass(Duration.ofSeconds(6));
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.end()).isEqualTo(AttemptEnd.TIMED_OUT);
            assertThat(outcome.checkpoint()).isEmpty();
        });
    }

    @Test
    void theNextAttemptFindsItsFilesByTheirNames() throws Exception {
        BlobId blob =
                blobs.put(new java.io.ByteArrayInputStream(new byte[] {7}), 1).blob();
        AttemptOutcome.KeptFile file =
                new AttemptOutcome.KeptFile("weights/1", new Output.Stored(blob, 1, List.of(SELF), ""), false);
        Message.Orders plain = orders(
                ++numbers, List.of(jobOrder(SampleJob.of(9).leavesCheckpoints().spec())), 1);
        WorkOrder goesOn = new WorkOrder(
                id(1), new TaskId(JOB, 1), 1, 0, 1, new TaskInput.Index(1), Optional.of(new Checkpoint(List.of(file))));
        runner.received(new Message.Orders(
                1,
                plain.number(),
                plain.inlineBytesMax(),
                Optional.empty(),
                plain.jobs(),
                List.of(goesOn),
                List.of(new Message.BlobPlace(blob, List.of(SELF)))));
        pass(Duration.ofMillis(10));
        assertThat(placed).isEqualTo(Map.of(id(1), List.of("weights/1")));
    }
}
