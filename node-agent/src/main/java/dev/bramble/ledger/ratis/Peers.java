package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger.Peer;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * How a voter is written in the engine's membership: its id is {@code node_storage}, so that the committed membership
 * alone says which node holds which vote, and a wiped storage is another peer.
 */
final class Peers {
    private static final char BETWEEN_NODE_AND_STORAGE = '_';

    private Peers() {}

    static RaftPeerId id(Peer peer) {
        return RaftPeerId.valueOf(peer.node().value() + BETWEEN_NODE_AND_STORAGE + peer.storage());
    }

    static RaftPeer raftPeer(Peer peer) {
        return RaftPeer.newBuilder().setId(id(peer)).setAddress(peer.address()).build();
    }

    static Peer peer(RaftPeer peer) {
        return peer(peer.getId().toString(), peer.getAddress());
    }

    static List<Peer> peers(List<RaftPeerProto> protos) {
        return protos.stream()
                .map(proto -> peer(RaftPeerId.valueOf(proto.getId()).toString(), proto.getAddress()))
                .toList();
    }

    private static Peer peer(String id, String address) {
        int between = id.indexOf(BETWEEN_NODE_AND_STORAGE);
        return new Peer(new NodeId(id.substring(0, between)), id.substring(between + 1), address);
    }

    /** The node behind a peer id; empty when the id is not one of ours. */
    static Optional<NodeId> node(String id) {
        int between = id.indexOf(BETWEEN_NODE_AND_STORAGE);
        if (between < 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(new NodeId(id.substring(0, between)));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /** @param course the ledger's, since it was recovered; empty while it never was */
    static RaftGroupId group(LedgerId ledger, Optional<String> course) {
        String name = "bramble ledger " + ledger.value()
                + course.map(word -> " " + word).orElse("");
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
}
