package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome.KeptFile;
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

    /** Whether it is the plain kind of which there may be a million: exit 0, small stdout, nothing else. */
    boolean isPlain() {
        return end == AttemptEnd.SUCCEEDED
                && exitCode == 0
                && !cut
                && reason.isEmpty()
                && outputs.isEmpty()
                && stdout instanceof Output.Inline
                && stderr.sizeBytes() == 0;
    }

    long inlineBytes() {
        long bytes = inlineBytes(stdout) + inlineBytes(stderr);
        for (KeptFile file : outputs) {
            bytes += inlineBytes(file.content());
        }
        return bytes;
    }

    private static long inlineBytes(Output output) {
        return switch (output) {
            case Output.Inline inline -> inline.sizeBytes();
            case Output.Stored stored -> 0;
            case Output.SegmentLine line -> 0;
        };
    }
}
