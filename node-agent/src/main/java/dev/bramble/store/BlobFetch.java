package dev.bramble.store;

import dev.bramble.model.BlobId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a copy of a blob to this node, for a task or to heal it. Blocks on network and disk. Safe for many threads.
 *
 * @param sizeBytesMax largest blob that is taken
 */
public record BlobFetch(BlobStore blobs, PeerBlobs peers, long sizeBytesMax) {

    /**
     * Returns when a whole copy is flushed here; at once when there is one, which is checked unless it was lately.
     *
     * @param sources holders that are up, best first
     * @throws NoRoomException when this node's disk takes no more
     * @throws IOException with what each holder said
     */
    public void fetch(BlobId blob, List<SplicedBlobStream.Source> sources, SplicedBlobStream.Pace pace)
            throws IOException {
        if (isHere(blob)) {
            return;
        }
        if (sources.isEmpty()) {
            throw new IOException("none of its holders is up");
        }
        try {
            keep(blob, sources, pace);
        } catch (DamagedBlobException mixed) {
            // Parts of a damaged copy may be in what was put together: each holder is asked for the whole, which
            // also makes the one with the damage find it.
            oneByOne(blob, sources, pace);
        }
    }

    private boolean isHere(BlobId blob) throws IOException {
        try {
            return blobs.path(blob).isPresent() && blobs.verify(blob);
        } catch (DamagedBlobException setAside) {
            return false;
        }
    }

    private void oneByOne(BlobId blob, List<SplicedBlobStream.Source> sources, SplicedBlobStream.Pace pace)
            throws IOException {
        List<String> failures = new ArrayList<>();
        for (SplicedBlobStream.Source source : sources) {
            try {
                keep(blob, List.of(source), pace);
                return;
            } catch (NoRoomException full) {
                throw full;
            } catch (IOException failure) {
                failures.add(failure.getMessage());
            }
        }
        throw new IOException(String.join("; ", failures));
    }

    private void keep(BlobId blob, List<SplicedBlobStream.Source> sources, SplicedBlobStream.Pace pace)
            throws IOException {
        try (InputStream bytes = new SplicedBlobStream(peers, blob, sources, pace)) {
            blobs.put(bytes, sizeBytesMax);
        }
    }
}
