package dev.bramble.sim;

import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.RecordedResult;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Output;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** What recorded results point at, read from the cards themselves. */
final class Contents {
    private final Simulation simulation;

    Contents(Simulation simulation) {
        this.simulation = simulation;
    }

    /** What an attempt left, from the ledger or from whichever card has it whole; empty when none has. */
    Optional<byte[]> of(Output output) {
        return switch (output) {
            case Output.Inline inline -> Optional.of(inline.bytes());
            case Output.Stored stored -> blob(stored.blob());
            case Output.Slice slice ->
                blob(slice.segment().blob())
                        .map(all -> Arrays.copyOfRange(
                                all, (int) slice.offset(), (int) (slice.offset() + slice.sizeBytes())));
            case Output.SegmentLine line -> Optional.of(line(line).getBytes(StandardCharsets.UTF_8));
        };
    }

    private Optional<byte[]> blob(BlobId blob) {
        for (SimNode node : simulation.nodes()) {
            if (node.disk.isWhole(blob)) {
                try (InputStream in = node.disk.open(blob, 0)) {
                    return Optional.of(in.readAllBytes());
                } catch (IOException damaged) {
                    continue;
                }
            }
        }
        return Optional.empty();
    }

    /** A line of a segment, from whichever card has it. */
    String line(Output.SegmentLine line) {
        return blob(line.segment())
                .map(all -> new String(all, StandardCharsets.UTF_8)
                        .lines()
                        .skip(line.line())
                        .findFirst()
                        .orElse("missing in its segment"))
                .orElse("lost with its segment");
    }

    /** Whether faults destroyed every copy of something that the attempt left. */
    boolean isDestroyed(RecordedResult result) {
        return outputs(result).anyMatch(this::isDestroyed);
    }

    private static Stream<Output> outputs(RecordedResult result) {
        return Stream.concat(
                Stream.of(result.stdout(), result.stderr()),
                result.outputs().stream().map(AttemptOutcome.KeptFile::content));
    }

    private boolean isDestroyed(Output output) {
        return output instanceof Output.SegmentLine line
                ? simulation.copies.isDestroyed(line.segment())
                : output.stored()
                        .filter(stored -> simulation.copies.isDestroyed(stored.blob()))
                        .isPresent();
    }

    /** The attempt that printed it, in words. */
    String author(RecordedResult result) {
        return of(result.stdout())
                .map(Behaviour::author)
                .map(AttemptId::toString)
                .orElse("unreadable");
    }

    /** Whether every byte of the result is what this attempt printed and wrote. */
    boolean isWhatItLeft(JobRecord job, int task, RecordedResult result, AttemptId attempt) {
        boolean isReduce = task == job.spec().reduceIndex();
        Behaviour program = Behaviour.of(
                isReduce
                        ? job.spec().reduce().orElseThrow().command()
                        : job.spec().command());
        return is(result.stdout(), program.stdout(attempt))
                && result.outputs().stream().allMatch(file -> is(file.content(), program.output(attempt)));
    }

    private boolean is(Output output, byte[] expected) {
        return of(output).filter(content -> Arrays.equals(content, expected)).isPresent();
    }
}
