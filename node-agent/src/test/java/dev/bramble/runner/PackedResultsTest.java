package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Results that share segments. */
class PackedResultsTest extends RunnerBed {
    private void prints(byte[] bytes, Duration duration) {
        play = printing(bytes, duration);
    }

    private static SimWorkers.Play printing(byte[] bytes, Duration duration) {
        return new SimWorkers.Play(
                duration, new Workers.Exit.Code(0), Optional.empty(), bytes, new byte[0], new TreeMap<>());
    }

    private byte[] content(Output output) throws IOException {
        Output.Stored blob = output.stored().orElseThrow();
        long offset = output instanceof Output.Slice slice ? slice.offset() : 0;
        try (InputStream in = blobs.open(blob.blob(), offset)) {
            return in.readNBytes((int) output.sizeBytes());
        }
    }

    private static byte[] middling(int first) {
        byte[] bytes = new byte[10_000];
        Arrays.fill(bytes, (byte) 'x');
        bytes[0] = (byte) first;
        System.arraycopy("\nlast".getBytes(StandardCharsets.US_ASCII), 0, bytes, bytes.length - 5, 5);
        return bytes;
    }

    @Test
    void attemptsOfAJobThatEndAtAboutTheSameTimeShareASegmentAndEachFindsItsOwn() throws IOException {
        plays = attempt -> printing(middling((int) attempt.sequence()), Duration.ofMillis(20));
        order(SampleJob.of(99), IntStream.range(0, 40).toArray());
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).hasSize(40);
        assertThat(blobs.list()).hasSizeLessThanOrEqualTo(4);
        for (AttemptOutcome outcome : outcomes()) {
            assertThat(outcome.stdout())
                    .isInstanceOfSatisfying(
                            Output.Slice.class,
                            slice -> assertThat(slice.lastLine()).isEqualTo("last"));
            assertThat(content(outcome.stdout()))
                    .isEqualTo(middling(outcome.task().index()));
        }
    }

    @Test
    void anAttemptThatEndsAloneDoesNotWaitAndHasABlobOfItsOwn() throws IOException {
        prints(middling('a'), Duration.ofMillis(20));
        order(SampleJob.of(9), 1);
        pass(Duration.ofMillis(30));
        assertThat(outcomes()).hasSize(1);
        assertThat(outcomes().getFirst().stdout()).isInstanceOf(Output.Stored.class);
        assertThat(content(outcomes().getFirst().stdout())).isEqualTo(middling('a'));
    }

    @Test
    void nobodyWaitsLongForOthersThatDoNotEnd() {
        prints(middling('a'), Duration.ofMillis(20));
        order(SampleJob.of(9), 1);
        prints(middling('b'), Duration.ofHours(1));
        order(SampleJob.of(9), 2, 3, 4);
        pass(SegmentPacker.WAIT_MAX.plusMillis(30));
        assertThat(outcomes()).extracting(AttemptOutcome::attempt).containsExactly(id(1));
    }

    @Test
    void aFullSegmentIsClosed() {
        prints(new byte[SegmentPacker.PART_BYTES_MAX], Duration.ofMillis(1));
        int each = SegmentPacker.SEGMENT_BYTES_AIM / SegmentPacker.PART_BYTES_MAX;
        order(SampleJob.of(99), IntStream.range(0, 2 * each).toArray());
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).hasSize(2 * each);
        assertThat(outcomes())
                .extracting(outcome -> outcome.stdout().stored().orElseThrow().sizeBytes())
                .contains((long) SegmentPacker.SEGMENT_BYTES_AIM)
                .allMatch(sizeBytes -> sizeBytes <= SegmentPacker.SEGMENT_BYTES_AIM);
    }

    @Test
    void withoutRoomInTheLedgerTinyResultsShareASegmentAndNoLastLineIsKept() throws IOException {
        prints("tiny".getBytes(StandardCharsets.US_ASCII), Duration.ofMillis(1));
        Message.Orders full = orders(
                ++numbers,
                List.of(jobOrder(SampleJob.of(9).spec())),
                IntStream.range(0, 20).toArray());
        runner.received(
                new Message.Orders(1, full.number(), 0, Optional.empty(), full.jobs(), full.attempts(), List.of()));
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).hasSize(20);
        for (AttemptOutcome outcome : outcomes()) {
            assertThat(outcome.stdout().inlineBytes()).isZero();
            assertThat(content(outcome.stdout())).asString().isEqualTo("tiny");
        }
    }

    @Test
    void smallFilesAndStreamsOfOneAttemptShareASegmentAndLargeFilesDoNot() throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        files.put("large.bin", new byte[SegmentPacker.PART_BYTES_MAX + 1]);
        files.put("small.bin", middling('s'));
        play = new SimWorkers.Play(
                Duration.ofSeconds(1), new Workers.Exit.Code(0), Optional.empty(), middling('o'), middling('e'), files);
        order(SampleJob.of(9).outputs("*.bin"), 1);
        pass(Duration.ofSeconds(2));
        AttemptOutcome outcome = outcomes().getFirst();
        assertThat(content(outcome.stdout())).isEqualTo(middling('o'));
        assertThat(content(outcome.stderr())).isEqualTo(middling('e'));
        assertThat(outcome.outputs().getFirst().content()).isInstanceOf(Output.Stored.class);
        assertThat(content(outcome.outputs().getLast().content())).isEqualTo(middling('s'));
        assertThat(outcome.stored()).hasSize(2);
        assertThat(runner.waitingBlobs()).hasSize(2);
    }

    @Test
    void aSegmentThatDoesNotFitTheDiskIsNobodysFault() {
        blobs.limit(100);
        prints(middling('a'), Duration.ofMillis(20));
        order(SampleJob.of(99), IntStream.range(0, 9).toArray());
        pass(Duration.ofSeconds(2));
        assertThat(outcomes()).hasSize(9).extracting(AttemptOutcome::end).containsOnly(AttemptEnd.KILLED);
        assertThat(outcomes().getFirst().reason()).contains("disk is full");
    }
}
