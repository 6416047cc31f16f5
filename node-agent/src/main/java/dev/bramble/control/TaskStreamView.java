package dev.bramble.control;

import dev.bramble.model.NodeId;
import java.util.List;

/**
 * How the attempts of a job followed each other on its nodes, as far as this head saw it. Times are milliseconds of
 * bramble time since the job was submitted.
 *
 * @param nowMillis now, or when the job ended
 * @param seenFromMillis since when this head has seen every attempt that ended; 0 for from the job's beginning
 * @param oldest number of the oldest attempt that is kept one by one
 * @param last number of the newest attempt; 0 before the first
 * @param attempts in the order in which they were recorded
 * @param nodes that had an attempt of the job, by name
 */
public record TaskStreamView(
        long nowMillis,
        long seenFromMillis,
        long oldest,
        long last,
        Totals totals,
        List<Attempt> attempts,
        List<OnNode> nodes) {

    /** How an attempt ended. */
    public enum End {
        SUCCEEDED,
        FAILED,
        TIMED_OUT,
        /** We stopped it, or nothing of it was tried: its task goes on elsewhere, or nobody wants it any more. */
        KILLED,
        /** Its node left. */
        LOST
    }

    /** How many attempts ended how since {@link #seenFromMillis}. */
    public record Totals(long succeeded, long failed, long timedOut, long killed, long lost) {
        public long all() {
            return succeeded + failed + timedOut + killed + lost;
        }
    }

    /**
     * One that has ended. When it began follows from when it was recorded; those that were recorded together are laid
     * one after the other.
     *
     * @param number from 1, in the order in which they were recorded
     * @param task its first, or only, task
     * @param lines how many tasks it stood for: more than one for a filter's batch
     * @param lane which of the places of its node, from 0; nodes do not tell theirs, so one that was free is taken
     * @param beganMillis where its bar begins; {@code endedMillis} where it ends
     * @param millis how long it ran; of a lost one, about
     */
    public record Attempt(
            long number,
            int task,
            int lines,
            NodeId node,
            int lane,
            long beganMillis,
            long endedMillis,
            long millis,
            End end) {}

    /**
     * @param laneEnds for each place where an attempt ended, when the last one did
     * @param slots how many attempts of the job fit the node; 0 while nobody knows
     */
    public record OnNode(NodeId node, String name, int slots, List<Long> laneEnds) {}
}
