package dev.bramble.door;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.PieceStream;
import dev.bramble.model.Refusal;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A blob on its way from another node. When the connection breaks, goes on from where it was, a few times. */
final class PeerBlobStream extends PieceStream {
    /** A switch that restarts breaks a long transfer once or twice; more than that is a node that is going. */
    private static final int RESUMES_MAX = 3;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:[0-9]+-[0-9]+|\\*)/([0-9]{1,18})");

    private final DoorPeerBlobs peers;
    private final NodeId holder;
    private final String door;
    private final BlobId blob;
    private final long sizeBytes;
    private long position;
    private int resumes;
    private DoorLink link;
    private Body body;
    private boolean closed;

    PeerBlobStream(DoorPeerBlobs peers, NodeId holder, String door, BlobId blob, long offsetBytes) throws IOException {
        this.peers = peers;
        this.holder = holder;
        this.door = door;
        this.blob = blob;
        this.position = offsetBytes;
        this.sizeBytes = request();
        if (offsetBytes < 0 || offsetBytes > sizeBytes) {
            close();
            throw new IOException("blob " + blob + " has " + sizeBytes + " bytes, none at " + offsetBytes);
        }
    }

    /** Of the whole blob, as the holder says. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Asks for what is left; returns the size of the whole blob. */
    private long request() throws IOException {
        String range = position == 0 ? "" : "Range: bytes=" + position + "-\r\n";
        DoorLink asked = peers.begin(holder, door, "GET", "/v1/blobs/" + blob, range);
        try {
            Heads.Response head = asked.readHead(peers.limits().request());
            long size = size(head);
            if (size >= 0) {
                asked.wire().reading().stall(peers.limits().stall());
                link = asked;
                body = Body.of(asked.wire(), head.headers());
                return size;
            }
            Refusal refusal = asked.readRefusal(head, peers.limits().request());
            throw refusal.kind() == Refusal.Kind.NOT_FOUND
                    ? new FileNotFoundException("node " + holder + " has no copy of blob " + blob)
                    : new IOException("node " + holder + " does not give blob " + blob + ": " + refusal.sentence());
        } catch (IOException | RuntimeException failure) {
            asked.abort();
            throw failure;
        }
    }

    /** −1 for an answer that brings nothing of the blob. */
    private long size(Heads.Response head) throws IOException {
        if (head.status() == 200 && position == 0) {
            return Heads.bodyBytes(head.headers()).orElse(-1L);
        }
        if (head.status() != 206 && head.status() != 416) {
            return -1;
        }
        Matcher range = CONTENT_RANGE.matcher(head.headers().getOrDefault("content-range", ""));
        return range.matches() ? Long.parseLong(range.group(1)) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (position >= sizeBytes) {
            finish();
            return -1;
        }
        while (true) {
            try {
                int count = body.read(target, offset, (int) Math.min(length, sizeBytes - position));
                if (count < 0) {
                    throw new EOFException("node " + holder + " sent less of blob " + blob + " than it said");
                }
                position += count;
                return count;
            } catch (IOException broken) {
                resume(broken);
            }
        }
    }

    private void resume(IOException broken) throws IOException {
        link.abort();
        if (closed || resumes == RESUMES_MAX) {
            throw new IOException(
                    "the transfer of blob " + blob + " from node " + holder + " broke off at " + position + " of "
                            + sizeBytes + " bytes: " + broken.getMessage(),
                    broken);
        }
        resumes++;
        if (request() != sizeBytes) {
            link.abort();
            throw new IOException("node " + holder + " changed its mind about the size of blob " + blob, broken);
        }
    }

    private void finish() {
        if (link != null && body.hasEnded()) {
            link.wire().reading().none();
            peers.giveBack(link, holder);
        } else if (link != null) {
            link.abort();
        }
        link = null;
    }

    @Override
    public void close() {
        closed = true;
        finish();
    }
}
