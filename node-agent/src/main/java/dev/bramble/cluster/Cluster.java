package dev.bramble.cluster;

import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.Map;

/**
 * Membership and messages. Messages to a member arrive in order or not at all; a message may be lost when the view
 * changes, so every protocol on top repeats what matters. Callbacks arrive on the event loop.
 */
public interface Cluster extends AutoCloseable {
    /** Largest encoded message; bulk data goes through the door instead. */
    int MESSAGE_BYTES_MAX = 1 << 20;

    View view();

    /** Sends to one member; silently dropped when it is not in the view. Never blocks for long. */
    void send(NodeId to, Message message);

    /** Sends to every other member. */
    void sendToAll(Message message);

    /** Last measured round-trip time to each member, where one was measured. */
    Map<NodeId, Duration> roundTripTimes();

    @Override
    void close();

    /** Told of views and messages, on the event loop. */
    interface Listener {
        void viewChanged(View view);

        /** {@code from} is proven by its certificate. */
        void received(Member from, Message message);

        /** This node is refused by the bramble (clone, forgotten, moved card); the sentence says why. Final. */
        void refused(String sentence);
    }
}
