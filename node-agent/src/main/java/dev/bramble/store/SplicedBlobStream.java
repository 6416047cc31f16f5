package dev.bramble.store;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.PieceStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * A blob from whichever of its holders gives it: when a transfer breaks it goes on from the same byte, from the next
 * holder. What was put together is checked as a whole before its end is given, so whoever stores it keeps nothing that
 * is not the blob.
 */
public final class SplicedBlobStream extends PieceStream {
    /** Times that each holder is asked without having sent anything since. */
    private static final int ROUNDS_WITHOUT_PROGRESS = 2;

    private final PeerBlobs peers;
    private final BlobId blob;
    private final long sizeBytes;
    private final List<Source> sources;
    private final Pace pace;
    private final List<String> failures = new ArrayList<>();
    private final MessageDigest digest = CheckedBlobStream.sha256();
    private InputStream part;
    private int next;
    private int failuresInARow;
    private long position;
    private boolean ended;

    /**
     * A holder.
     *
     * @param door where it is (host:port)
     * @param name for people
     */
    public record Source(NodeId node, String door, String name) {}

    /** Keeps a transfer from taking the whole link. */
    @FunctionalInterface
    public interface Pace {
        /** As fast as it goes. */
        Pace NONE = bytes -> {};

        /** Waits until {@code bytes} more may be taken. */
        void take(int bytes) throws InterruptedIOException;
    }

    /** @param sources at least one; asked in this order */
    public SplicedBlobStream(PeerBlobs peers, BlobId blob, List<Source> sources, Pace pace) {
        this(peers, blob, Long.MAX_VALUE, sources, pace);
    }

    /** @param sizeBytes how long the blob is known to be: its last bytes are given only when the whole matches */
    public SplicedBlobStream(PeerBlobs peers, BlobId blob, long sizeBytes, List<Source> sources, Pace pace) {
        this.sizeBytes = sizeBytes;
        this.peers = peers;
        this.blob = blob;
        this.sources = List.copyOf(sources);
        this.pace = pace;
    }

    /** Finds a holder that gives the blob; nothing is read yet. Fails with what each of them said. */
    public void begin() throws IOException {
        while (part == null) {
            try {
                part = open();
            } catch (IOException refused) {
                goOn(refused);
            }
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (!ended) {
            try {
                if (part == null) {
                    part = open();
                }
                // Beyond the first holder nothing of the part is checked on its way: the whole is, at its end.
                int count = part.read(buffer, offset, length);
                if (count < 0) {
                    check();
                    return -1;
                }
                digest.update(buffer, offset, count);
                position += count;
                failuresInARow = 0;
                if (position >= sizeBytes) {
                    check();
                }
                return paced(count);
            } catch (InterruptedIOException stopping) {
                throw stopping;
            } catch (DamagedBlobException damage) {
                throw damage;
            } catch (IOException broken) {
                goOn(broken);
            }
        }
        return -1;
    }

    private int paced(int count) throws InterruptedIOException {
        pace.take(count);
        return count;
    }

    private InputStream open() throws IOException {
        Source source = sources.get(next % sources.size());
        return peers.open(source.node(), source.door(), blob, position);
    }

    private void check() throws IOException {
        ended = true;
        BlobId actual = CheckedBlobStream.name(digest);
        if (!actual.equals(blob)) {
            throw new DamagedBlobException(blob, "what came of blob " + blob + " makes " + actual);
        }
    }

    private void goOn(IOException broken) throws IOException {
        closePart();
        failures.add(sources.get(next % sources.size()).name() + ": " + broken.getMessage());
        next++;
        failuresInARow++;
        if (failuresInARow >= sources.size() * ROUNDS_WITHOUT_PROGRESS) {
            throw new IOException(sentence(), broken);
        }
    }

    private String sentence() {
        return String.join("; ", failures.stream().distinct().toList());
    }

    private void closePart() {
        if (part != null) {
            try {
                part.close();
            } catch (IOException alreadyBroken) {
                // It is given up either way.
            }
            part = null;
        }
    }

    @Override
    public void close() {
        closePart();
        ended = true;
    }
}
