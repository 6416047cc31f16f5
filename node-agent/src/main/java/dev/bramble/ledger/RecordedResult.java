package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.AttemptOutcome.KeptFile;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import java.util.List;

/**
 * The one recorded outcome of a task.
 *
 * @param number which try it was, from 1
 * @param millis run time
 */
public record RecordedResult(
        NodeId node,
        int number,
        AttemptEnd end,
        int exitCode,
        String reason,
        long millis,
        Output stdout,
        Output stderr,
        boolean cut,
        List<KeptFile> outputs) {

    static RecordedResult of(NodeId node, int number, AttemptOutcome outcome) {
        return new RecordedResult(
                node,
                number,
                outcome.end(),
                outcome.exitCode(),
                outcome.reason(),
                outcome.millis(),
                outcome.stdout(),
                outcome.stderr(),
                outcome.cut(),
                outcome.outputs());
    }

    /** Of a filter's line that was answered. */
    static RecordedResult answer(NodeId node, int number, byte[] answer, long millis) {
        Output line = new Output.Inline(answer);
        return new RecordedResult(
                node, number, AttemptEnd.SUCCEEDED, 0, "", millis, line, Output.Inline.EMPTY, false, List.of());
    }

    /** Of the tasks of a batch that failed together. */
    static RecordedResult failure(NodeId node, int number, BatchOutcome batch, BatchOutcome.Blame blame) {
        return new RecordedResult(
                node,
                number,
                blame.end(),
                blame.exitCode(),
                blame.reason(),
                batch.millis(),
                Output.Inline.EMPTY,
                batch.stderr(),
                false,
                List.of());
    }

    /** Of a task that three nodes were lost with. */
    static RecordedResult poison(NodeId node, int number, String reason) {
        return new RecordedResult(
                node,
                number,
                AttemptEnd.FAILED,
                -1,
                reason,
                0,
                Output.Inline.EMPTY,
                Output.Inline.EMPTY,
                false,
                List.of());
    }

    /** Whether it is the plain kind of which there may be a million: exit 0, what it printed, nothing else. */
    boolean isPlain() {
        return end == AttemptEnd.SUCCEEDED
                && exitCode == 0
                && !cut
                && reason.isEmpty()
                && outputs.isEmpty()
                && OutputColumn.holds(stdout)
                && OutputColumn.holds(stderr);
    }

    long inlineBytes() {
        long bytes = stdout.inlineBytes() + stderr.inlineBytes();
        for (KeptFile file : outputs) {
            bytes += file.content().inlineBytes();
        }
        return bytes;
    }
}
