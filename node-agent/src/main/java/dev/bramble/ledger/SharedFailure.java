package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.Output;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/** Tasks that failed for good in the same way: a million lines of a broken filter cost one result. */
public record SharedFailure(RoaringBitmap tasks, RecordedResult result) {
    /** What is shown of a failure whose reason is not told apart any more. */
    static RecordedResult untold(RecordedResult result, String reason) {
        return new RecordedResult(
                result.node(),
                result.number(),
                AttemptEnd.FAILED,
                -1,
                reason,
                result.millis(),
                Output.Inline.EMPTY,
                Output.Inline.EMPTY,
                false,
                List.of());
    }

    /** Whether tasks with this result belong to it: they ended alike, wherever and whenever they ran. */
    boolean isLike(RecordedResult other) {
        return result.end() == other.end()
                && result.exitCode() == other.exitCode()
                && result.reason().equals(other.reason());
    }
}
