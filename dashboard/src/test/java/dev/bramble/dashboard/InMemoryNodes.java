package dev.bramble.dashboard;

import dev.bramble.control.Action;
import dev.bramble.control.Views;
import dev.bramble.control.Views.NodeView;
import java.util.List;

/** Nodes of an {@link InMemoryBramble}. */
final class InMemoryNodes {
    private InMemoryNodes() {}

    /** Somebody looks for a board, or has found it. */
    static void locate(List<NodeView> nodes, Action.Locate locate, String by) {
        nodes.replaceAll(node -> node.node().equals(locate.node())
                ? new NodeView(
                        node.node(),
                        node.name(),
                        node.role(),
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
                        locate.length().map(length -> new Views.LocateView(length.toMillis(), by)))
                : node);
    }
}
