package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger.Peer;
import dev.bramble.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which node is expected behind an address, so that a connection to a board that has got another one's address is
 * refused before anything is sent. Holds at most what the memberships of this process's life named. Thread: any.
 */
final class Addresses {
    private final Map<String, NodeId> nodes = new ConcurrentHashMap<>();

    /** From now on these peers are expected where they say they are. */
    void learn(List<Peer> peers) {
        peers.forEach(peer -> nodes.put(peer.address(), peer.node()));
    }

    /** Who must answer there; empty when nobody in particular is known to be there. */
    Optional<NodeId> nodeAt(String host, int port) {
        return Optional.ofNullable(nodes.get(host + ":" + port));
    }
}
