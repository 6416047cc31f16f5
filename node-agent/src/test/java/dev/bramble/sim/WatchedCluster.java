package dev.bramble.sim;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the invariants see what a node sends.
 *
 * @param codec turns messages into bytes and back on their way, if that is simulated
 */
record WatchedCluster(Cluster inner, SimNode node, Invariants invariants, Optional<CborCodec> codec)
        implements Cluster {
    @Override
    public View view() {
        return inner.view();
    }

    @Override
    public void send(NodeId to, Message message) {
        if (message instanceof Message.Orders orders) {
            long before = invariants.seconds.copies();
            invariants.granted(node, to, orders);
            if (invariants.seconds.copies() > before && invariants.seconds.areLost()) {
                return;
            }
        }
        inner.send(to, carried(message));
    }

    private Message carried(Message message) {
        return codec.map(bytes -> bytes.decodeMessage(bytes.encodeMessage(message)))
                .orElse(message);
    }

    @Override
    public void sendToAll(Message message) {
        inner.sendToAll(carried(message));
    }

    @Override
    public Map<NodeId, Duration> roundTripTimes() {
        return inner.roundTripTimes();
    }

    @Override
    public void close() {
        inner.close();
    }
}
