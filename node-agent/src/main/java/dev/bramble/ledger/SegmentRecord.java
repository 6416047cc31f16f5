package dev.bramble.ledger;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import org.roaringbitmap.RoaringBitmap;

/**
 * Answers of many tasks of a filter in one blob.
 *
 * @param node that made it
 * @param segment each answer ended by LF, in the order of the tasks
 * @param lines tasks whose answers are in it
 * @param owned those of them whose recorded outcome this is; the others had one already
 * @param millisPerTask mean run time
 */
public record SegmentRecord(
        NodeId node, BlobId segment, RoaringBitmap lines, RoaringBitmap owned, double millisPerTask) {

    /** Which line of the segment is the answer of {@code task}, from 0. */
    public int lineOf(int task) {
        return lines.rank(task) - 1;
    }
}
