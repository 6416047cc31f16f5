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
    /** Blobs of which parts are read on their own, and checked nevertheless: a board hashes so much in 50 ms. */
    long SMALL_BYTES_MAX = 8L << 20;

    /**
     * Reads {@code bytes} to its end, flushes it to disk, and names it. Whoever comes second with the same bytes finds
     * the first copy. A stream that breaks off leaves nothing behind.
     *
     * @param sizeBytesMax refused with an IOException beyond it
     * @throws NoRoomException when the disk takes no more
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
     * gone. From a later offset a blob of up to {@link #SMALL_BYTES_MAX} is checked as a whole first, unless that was
     * done lately; of a larger one nothing is checked here: whoever puts the parts together checks the whole.
     *
     * @throws java.io.FileNotFoundException when there is no copy here
     */
    InputStream open(BlobId blob, long offsetBytes) throws IOException;

    /**
     * Whether the copy here is whole: reads it to its end, unless that was done lately and it has not changed since.
     *
     * @return false when there is none
     * @throws DamagedBlobException when it was damaged; it is set aside then
     */
    boolean verify(BlobId blob) throws IOException;

    /** Deletes the copy if there is one. */
    void delete(BlobId blob) throws IOException;

    /**
     * Deletes the copy unless it is {@link Touches fresh}: somebody may be about to count on it.
     *
     * @return whether there is none now
     */
    boolean drop(BlobId blob) throws IOException;

    /** Names of all copies here. */
    Set<BlobId> list() throws IOException;

    /** A blob that is flushed here. */
    record Stored(BlobId blob, long sizeBytes) {}
}
