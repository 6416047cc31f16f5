package dev.bramble.store;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.io.IOException;
import java.io.InputStream;

/**
 * Blobs on other nodes, reached through their doors over mutual TLS. Methods block on the network: call them off the
 * event loop. Safe for many threads.
 */
public interface PeerBlobs {
    /**
     * Opens the copy that {@code holder} has. From 0, reading it to the end checks it against its name, as
     * {@link BlobStore#open} does.
     *
     * @param door where the holder is (host:port); another node that answers there is refused
     * @throws java.io.FileNotFoundException when the holder says that it has no copy
     */
    InputStream open(NodeId holder, String door, BlobId blob, long offsetBytes) throws IOException;

    /**
     * Copies {@code bytes} to a node; returns when they are flushed there, under the name that the receiver computed.
     *
     * @param holder the node that must end up with the copy: addresses change hands, and a copy that lies elsewhere
     *     than the ledger says would be counted and not found
     * @param door where it is (host:port)
     */
    BlobStore.Stored push(NodeId holder, String door, InputStream bytes) throws IOException;
}
