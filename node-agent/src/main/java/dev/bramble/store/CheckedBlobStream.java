package dev.bramble.store;

import dev.bramble.model.BlobId;
import dev.bramble.model.PieceStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A blob's bytes on their way to a reader, checked against its name. The last of them are held back until the whole
 * matches, so a reader that got all bytes got the right ones.
 */
public final class CheckedBlobStream extends PieceStream {
    private final InputStream whole;
    private final BlobId blob;
    private final String where;
    private final MessageDigest digest = sha256();
    private long leftBytes;
    private Verdict verdict = Verdict.UNKNOWN;
    private BlobId actual;

    private enum Verdict {
        UNKNOWN,
        WHOLE,
        DAMAGED
    }

    /**
     * @param whole the blob from its first byte
     * @param sizeBytes how long {@code whole} is said to be; a longer one is cut there, a shorter one is damage
     * @param where whose copy it is, for the sentence: "here", "on node pi-7"
     */
    public CheckedBlobStream(InputStream whole, BlobId blob, long sizeBytes, String where) {
        this.whole = whole;
        this.blob = blob;
        this.leftBytes = sizeBytes;
        this.where = where;
    }

    /** A new SHA-256, the hash that names blobs. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The name of bytes that {@code digest} has seen to their end. */
    public static BlobId name(MessageDigest digest) {
        return new BlobId(HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (leftBytes == 0) {
            check();
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        int count = whole.read(buffer, offset, (int) Math.min(length, leftBytes));
        if (count < 0) {
            throw new EOFException(
                    "the copy of blob " + blob + " " + where + " ended " + leftBytes + " bytes too early");
        }
        digest.update(buffer, offset, count);
        leftBytes -= count;
        if (leftBytes == 0) {
            check();
        }
        return count;
    }

    private void check() throws IOException {
        if (verdict == Verdict.UNKNOWN) {
            actual = name(digest);
            verdict = actual.equals(blob) ? Verdict.WHOLE : Verdict.DAMAGED;
        }
        if (verdict == Verdict.DAMAGED) {
            throw new DamagedBlobException(
                    blob, "the copy of blob " + blob + " " + where + " is damaged: its bytes make " + actual);
        }
    }

    @Override
    public void close() throws IOException {
        whole.close();
    }
}
