package dev.bramble.store;

import dev.bramble.model.BlobId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** This node's copies of blobs. Methods block on the disk: call them off the event loop. Safe for many threads. */
public interface BlobStore {
    /**
     * Reads {@code bytes} to its end, flushes it to disk, and names it. Whoever comes second with the same bytes finds
     * the first copy. A stream that breaks off leaves nothing behind.
     *
     * @param sizeBytesMax refused with an IOException beyond it
     */
    Stored put(InputStream bytes, long sizeBytesMax) throws IOException;

    /** The same, moving a file of this node in; it must be a regular file that nobody writes to any more. */
    Stored adopt(Path file) throws IOException;

    /** The blob's file, read-only; empty when there is no copy here. */
    Optional<Path> path(BlobId blob);

    /** How large the copy is; empty when there is none here. */
    OptionalLong sizeBytes(BlobId blob) throws IOException;

    /**
     * Opens the copy at {@code offsetBytes}. From 0, reading it to the end checks it against its name: the last bytes
     * are given only when it matches, else {@link DamagedBlobException} comes in their place and the copy counts as
     * gone. From a later offset nothing is checked here: whoever puts the parts together checks the whole.
     *
     * @throws java.io.FileNotFoundException when there is no copy here
     */
    InputStream open(BlobId blob, long offsetBytes) throws IOException;

    /** Deletes the copy if there is one. */
    void delete(BlobId blob) throws IOException;

    /** Names of all copies here. */
    Set<BlobId> list() throws IOException;

    /** A blob that is flushed here. */
    record Stored(BlobId blob, long sizeBytes) {}
}
