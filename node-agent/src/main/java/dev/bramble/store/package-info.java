/**
 * Blobs: immutable files named by their SHA-256, on this node's disk and on its peers'.
 *
 * <p>Owns the ports {@link dev.bramble.store.BlobStore} and {@link dev.bramble.store.PeerBlobs}, the check of a blob
 * against its name, and simulated twins of both ports. Must not know jobs, the ledger or how bytes travel.
 */
package dev.bramble.store;
