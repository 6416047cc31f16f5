package dev.bramble.leader;

import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether so many nodes vanished at once that it must be the switch or its power, and not they. No clock, no view: what
 * is told decides.
 */
final class Vanishing {
    /** More than this share of the nodes. DESIGN section 8. */
    static final double SHARE = 0.55;
    /** Of fewer nodes two that fail together are no sign of a switch. */
    static final int NODES_MIN = 4;
    /** Silent nodes are not all suspected in the same view. */
    static final Duration WINDOW = Duration.ofSeconds(5);
    /** A switch boots in less; work is given to others after this. */
    static final Duration HOLD = Duration.ofSeconds(30);

    private final Map<NodeId, Long> leftNanos = new HashMap<>();
    private final Set<NodeId> together = new TreeSet<>();
    private long untilNanos;

    /**
     * Nodes left the view.
     *
     * @param there how many are still there
     * @return whether they are to be waited for
     */
    boolean left(Collection<NodeId> nodes, int there, long nowNanos) {
        leftNanos.values().removeIf(at -> nowNanos - at > WINDOW.toNanos());
        nodes.forEach(node -> leftNanos.put(node, nowNanos));
        int gone = leftNanos.size();
        int all = there + gone;
        if (nodes.isEmpty() || all < NODES_MIN || gone <= SHARE * all) {
            return false;
        }
        together.addAll(leftNanos.keySet());
        untilNanos = nowNanos + HOLD.toNanos();
        return true;
    }

    /** These are there: what came back in time has not vanished. */
    void there(Collection<NodeId> nodes) {
        leftNanos.keySet().removeAll(nodes);
    }

    boolean isOver(long nowNanos) {
        return nowNanos - untilNanos >= 0;
    }

    /** Whether the node vanished with most others, so that it speaks against none of them. */
    boolean isTogether(NodeId node) {
        return together.contains(node);
    }

    /** How many nodes did. */
    int together() {
        return together.size();
    }

    /** Nobody is waited for any more: some seconds later, when all has been written down, it is forgotten. */
    void settle(long nowNanos) {
        if (nowNanos - untilNanos >= WINDOW.toNanos()) {
            together.clear();
        }
    }

    void clear() {
        leftNanos.clear();
        together.clear();
    }
}
