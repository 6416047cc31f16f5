package dev.bramble.control;

import dev.bramble.model.NodeId;
import java.util.List;

/**
 * What the nodes did for a job from its beginning, summed up in steps of time: of fixed size however many attempts
 * there were.
 *
 * @param nowMillis now, or when the job ended, in milliseconds of bramble time since it was submitted
 * @param seenFromMillis as in {@link TaskStreamView}
 * @param stepMillis length of a step; the first begins with the job
 * @param nodes that had an attempt of the job, by name
 */
public record TaskActivityView(long nowMillis, long seenFromMillis, long stepMillis, List<OnNode> nodes) {

    /** @param steps up to the last in which something was seen */
    public record OnNode(NodeId node, String name, int slots, List<Step> steps) {}

    /**
     * @param busyMillis run time of attempts within the step, of those that have ended
     * @param succeeded tasks of attempts that ended in the step
     * @param failed with those that took too long
     * @param moved that were stopped or lost
     */
    public record Step(long busyMillis, int succeeded, int failed, int moved) {
        static final Step NONE = new Step(0, 0, 0, 0);

        Step plus(Step other) {
            return new Step(
                    busyMillis + other.busyMillis,
                    succeeded + other.succeeded,
                    failed + other.failed,
                    moved + other.moved);
        }
    }
}
