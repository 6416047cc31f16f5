package dev.bramble.dashboard.history;

import dev.bramble.model.NodeId;
import java.util.List;

/**
 * All figures of one slot of {@link Resolution#TWO_MINUTES}, as they outlive a restart of the head.
 *
 * @param brambleMillis when it began, in bramble time: a head's own clock begins anew with its machine, and a calendar
 *     may jump
 * @param bramble in the order of {@link BrambleFigure}; NaN for a gap
 */
record KeptSlot(long brambleMillis, float[] bramble, List<OfNode> nodes) {
    /** @param figures in the order of {@link NodeFigure} */
    record OfNode(NodeId node, String name, float[] figures) {}
}
