package dev.bramble.ledger;

import dev.bramble.model.BlobId;
import dev.bramble.model.Output;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answers of a filter's tasks in the order of the tasks, as pieces of segments and as bytes: how they are read
 * without a thought for each task.
 *
 * @param pieces in order
 * @param next task to go on from; −1 when the last task was reached; while the job goes on, the first task without an
 *     outcome when all before it are here
 */
public record AnswerPage(List<Piece> pieces, int next) {
    /** Tasks whose answers ride in the ledger are put together up to so many bytes. */
    private static final int BYTES_AIM = 64 * 1024;

    /** Answers of neighbouring tasks. */
    public sealed interface Piece {
        /**
         * @param fromLine of the segment, from 0
         * @param lines how many
         */
        record Lines(BlobId segment, int fromLine, int lines) implements Piece {}

        /** Each ended by LF; an empty line for a task that failed, or has no outcome since its job ended before. */
        record Bytes(byte[] bytes) implements Piece {}
    }

    /**
     * @param from first task
     * @param most pieces
     */
    static AnswerPage of(JobRecord job, int from, int most) {
        List<Piece> pieces = new ArrayList<>();
        int tasks = job.spec().tasks().count();
        int end = job.phase().isFinal() ? tasks : Math.min(tasks, job.nextWithoutOutcome(from));
        int task = from;
        while (task < end && pieces.size() < most) {
            Optional<SegmentRecord> segment = job.hasSucceeded(task) ? job.segmentOf(task) : Optional.empty();
            if (segment.isPresent()) {
                int lines = (int) (segment.get().owned().nextAbsentValue(task) - task);
                pieces.add(
                        new Piece.Lines(segment.get().segment(), segment.get().lineOf(task), lines));
                task += lines;
            } else {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                while (task < end && bytes.size() < BYTES_AIM) {
                    int answered = Math.min(end, job.nextSucceeded(task));
                    if (answered > task) {
                        int empty = Math.min(answered - task, BYTES_AIM);
                        bytes.writeBytes("\n".repeat(empty).getBytes(StandardCharsets.US_ASCII));
                        task += empty;
                    } else if (job.segmentOf(task).isPresent()) {
                        break;
                    } else {
                        bytes.writeBytes(inline(job, task));
                        bytes.write('\n');
                        task++;
                    }
                }
                pieces.add(new Piece.Bytes(bytes.toByteArray()));
            }
        }
        return new AnswerPage(pieces, task >= tasks ? -1 : task);
    }

    private static byte[] inline(JobRecord job, int task) {
        return switch (job.result(task).orElseThrow().stdout()) {
            case Output.Inline inline -> inline.bytes();
            case Output.Stored stored -> throw new IllegalStateException("an answer alone in a blob");
            case Output.Slice slice -> throw new IllegalStateException("an answer in a slice");
            case Output.SegmentLine line -> throw new IllegalStateException("an answer in no segment");
        };
    }
}
