package dev.bramble.leader;

import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Nodes that take no work by the ledger, as this leader tells them: all of them during a shutdown. Event loop of the
 * leader.
 */
final class CordonedNodes {
    private final TreeMap<NodeId, Long> sinceIndex = new TreeMap<>();

    /** Looks at the state after entry {@code index}; the nodes of which it says another thing than before. */
    Set<NodeId> update(LedgerState state, long index) {
        Set<NodeId> changed = new TreeSet<>();
        boolean isShutDown = state.shutdown().isPresent();
        for (NodeRecord node : state.nodes().values()) {
            boolean isCordoned = (isShutDown || !node.standing().takesWork()) && !node.forgotten();
            if (isCordoned && sinceIndex.putIfAbsent(node.node(), index) == null
                    || !isCordoned && sinceIndex.remove(node.node()) != null) {
                changed.add(node.node());
            }
        }
        return changed;
    }

    List<NodeId> nodes() {
        return List.copyOf(sinceIndex.keySet());
    }

    /** An entry after which the node has always been cordoned; empty when it is not. */
    Optional<Long> since(NodeId node) {
        return Optional.ofNullable(sinceIndex.get(node));
    }

    void clear() {
        sinceIndex.clear();
    }
}
