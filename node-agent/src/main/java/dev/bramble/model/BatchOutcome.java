package dev.bramble.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.roaringbitmap.RoaringBitmap;

/**
 * What one attempt at a batch of a filter's tasks came to: reported by its node until it is settled. A task of the
 * batch that neither succeeded nor failed was not tried, which costs it nothing.
 *
 * @param tasks the batch as it was granted
 * @param retryEpoch the job's retry epoch under which it was granted
 * @param succeeded tasks with an answer
 * @param answers the answers of those in the order of the tasks, each ended by LF
 * @param failed tasks that are to blame for something, in order
 * @param failure why all tasks of the batch failed; then nothing succeeded, and {@code failed} is empty
 * @param untried why tasks were not tried; empty when all were, or when nobody needs to know
 * @param stderr the last of what the process printed there, when something failed
 * @param millis from the first line given to the last answer
 */
public record BatchOutcome(
        AttemptId attempt,
        JobId job,
        TaskRange tasks,
        int retryEpoch,
        RoaringBitmap succeeded,
        Output answers,
        List<FailedTask> failed,
        Optional<Blame> failure,
        String untried,
        Output stderr,
        long millis) {

    /** One task that costs itself a try. */
    public record FailedTask(int task, Blame blame) {}

    /**
     * @param end {@link AttemptEnd#FAILED} or {@link AttemptEnd#TIMED_OUT}
     * @param exitCode of the process, 128 + n for a signal; −1 when it had not ended by itself
     * @param reason a sentence
     */
    public record Blame(AttemptEnd end, int exitCode, String reason) {}

    /**
     * Whether its parts fit each other: tasks within the batch and each with one end, an answer for each that
     * succeeded. Nothing else may be applied, whoever reported it.
     */
    public boolean isSound() {
        RoaringBitmap ended = succeeded.clone();
        for (FailedTask each : failed) {
            if (!ended.checkedAdd(each.task())) {
                return false;
            }
        }
        boolean isWithin = ended.isEmpty() || ended.first() >= tasks.from() && ended.last() < tasks.end();
        return isWithin && (failure.isEmpty() || ended.isEmpty()) && hasAnswers();
    }

    private boolean hasAnswers() {
        return switch (answers) {
            case Output.Inline inline -> {
                int lines = 0;
                for (byte each : inline.bytes()) {
                    lines += each == '\n' ? 1 : 0;
                }
                int length = inline.bytes().length;
                yield lines == succeeded.getCardinality() && (length == 0 || inline.bytes()[length - 1] == '\n');
            }
            case Output.Stored stored -> true;
            case Output.Slice slice -> false;
            case Output.SegmentLine line -> false;
        };
    }

    /** About how many bytes it takes in a message or an entry. */
    public int messageBytes() {
        int bytes = 400 + answers.messageBytes() + stderr.messageBytes() + succeeded.getSizeInBytes();
        for (FailedTask each : failed) {
            bytes += 100 + each.blame().reason().length();
        }
        return bytes;
    }

    /** The blobs that have what it left, each once. */
    public List<Output.Stored> stored() {
        return Stream.of(answers, stderr)
                .flatMap(output -> output.stored().stream())
                .distinct()
                .toList();
    }

    /** Whether it costs any task a try. */
    public boolean isCharging() {
        return failure.isPresent() || !failed.isEmpty();
    }
}
