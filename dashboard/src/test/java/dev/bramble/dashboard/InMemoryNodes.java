package dev.bramble.dashboard;

import dev.bramble.control.Action;
import dev.bramble.control.Views;
import dev.bramble.control.Views.NodeView;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.util.List;
import java.util.Optional;

/** Nodes of an {@link InMemoryBramble}. */
final class InMemoryNodes {
    private InMemoryNodes() {}

    /** Somebody looks for a board, or has found it. */
    static void locate(List<NodeView> nodes, Action.Locate locate, String by) {
        nodes.replaceAll(node -> node.node().equals(locate.node())
                ? like(
                        node,
                        node.node(),
                        node.name(),
                        node.role(),
                        locate.length().map(length -> new Views.LocateView(length.toMillis(), by)))
                : node);
    }

    /** A head that is up as {@code board} is. */
    static NodeView head(NodeView board, String id, String name) {
        return like(board, new NodeId(id), name, NodeRole.HEAD, Optional.empty());
    }

    private static NodeView like(
            NodeView node, NodeId id, String name, NodeRole role, Optional<Views.LocateView> located) {
        return new NodeView(
                id,
                name,
                role,
                node.link(),
                node.heardMillisAgo(),
                node.standing(),
                node.standingReason(),
                node.standingBy(),
                node.standingMillisAgo(),
                node.drain(),
                node.flags(),
                node.flapping(),
                node.voter(),
                node.leader(),
                node.boardSerial(),
                node.capacity(),
                node.health(),
                node.runningTasks(),
                node.heldTasks(),
                node.roundTripMillis(),
                node.blobs(),
                node.blobBytes(),
                node.copying(),
                located);
    }
}
