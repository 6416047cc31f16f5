package dev.bramble.store;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Other nodes' simulated blobs. One object stands for the network and gives each node its view of it with
 * {@link #from}.
 */
public final class SimPeerBlobs {
    private final TreeMap<String, Peer> doors = new TreeMap<>();
    private BiPredicate<NodeId, NodeId> connected = (from, to) -> true;

    private record Peer(NodeId node, BlobStore blobs) {}

    /** A node is up, and its door is there. */
    public void up(NodeId node, String door, BlobStore blobs) {
        doors.put(door, new Peer(node, blobs));
    }

    /** Nothing answers at this door any more. */
    public void down(String door) {
        doors.remove(door);
    }

    /** Whether the first reaches the second; asked at every read, so that a transfer can break half-way. */
    public void connected(BiPredicate<NodeId, NodeId> reaches) {
        this.connected = reaches;
    }

    /** What {@code node} sees. */
    public PeerBlobs from(NodeId node) {
        return new PeerBlobs() {
            @Override
            public InputStream open(NodeId holder, String door, BlobId blob, long offsetBytes) throws IOException {
                return cuttable(reach(node, holder, door).open(blob, offsetBytes), node, holder, door);
            }

            @Override
            public BlobStore.Stored push(NodeId holder, String door, InputStream bytes) throws IOException {
                return reach(node, holder, door).put(cuttable(bytes, node, holder, door), Long.MAX_VALUE);
            }
        };
    }

    private BlobStore reach(NodeId from, NodeId holder, String door) throws IOException {
        Peer peer = doors.get(door);
        if (peer == null || !connected.test(from, peer.node)) {
            throw new IOException("nothing answers at " + door);
        }
        if (!peer.node.equals(holder)) {
            throw new IOException("at " + door + " answers node " + peer.node + ", not " + holder);
        }
        return peer.blobs;
    }

    private InputStream cuttable(InputStream bytes, NodeId from, NodeId holder, String door) {
        return new FilterInputStream(bytes) {
            @Override
            public int read() throws IOException {
                reach(from, holder, door);
                return super.read();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                reach(from, holder, door);
                return super.read(buffer, offset, length);
            }
        };
    }
}
