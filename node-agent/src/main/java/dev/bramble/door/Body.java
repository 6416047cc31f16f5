package dev.bramble.door;

import dev.bramble.door.Wire.MalformedException;
import dev.bramble.model.PieceStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A message's body on its way in: exactly its bytes, and an EOFException when the peer breaks off. */
final class Body extends PieceStream {
    /** Of a chunk's size line: 15 hexadecimal digits, with room for an extension. */
    private static final int CHUNK_LINE_BYTES_MAX = 64;

    private final Wire wire;
    private final boolean chunked;
    private long leftBytes;
    private boolean firstChunk = true;
    private boolean ended;
    private boolean failed;

    private Body(Wire wire, Optional<Long> bytes) {
        this.wire = wire;
        this.chunked = bytes.isEmpty();
        this.leftBytes = bytes.orElse(0L);
        this.ended = !chunked && leftBytes == 0;
    }

    static Body of(Wire wire, Map<String, String> headers) throws MalformedException {
        return new Body(wire, Heads.bodyBytes(headers));
    }

    /** Whether all of it was read, so that the next message may follow. */
    boolean hasEnded() {
        return ended;
    }

    /** Whether it was the peer that broke off. */
    boolean hasFailed() {
        return failed;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            if (!ended && chunked && leftBytes == 0) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int count = wire.read(target, offset, (int) Math.min(length, leftBytes));
            if (count < 0) {
                throw new EOFException("the peer broke off in the middle of a body");
            }
            leftBytes -= count;
            ended = !chunked && leftBytes == 0;
            return count;
        } catch (IOException broken) {
            failed = true;
            throw broken;
        }
    }

    private void nextChunk() throws IOException {
        if (!firstChunk && !wire.readLine(0).isEmpty()) {
            throw new MalformedException("a chunk is longer than it said");
        }
        firstChunk = false;
        String line = wire.readLine(CHUNK_LINE_BYTES_MAX);
        String size = line.contains(";") ? line.substring(0, line.indexOf(';')).strip() : line;
        if (!size.matches("[0-9A-Fa-f]{1,15}")) {
            throw new MalformedException("a chunk has no size");
        }
        leftBytes = Long.parseLong(size, 16);
        if (leftBytes == 0) {
            for (int trailers = 0; !wire.readLine(Heads.LINE_BYTES_MAX).isEmpty(); trailers++) {
                if (trailers == Heads.HEADERS_MAX) {
                    throw new MalformedException("a body has too many trailers");
                }
            }
            ended = true;
        }
    }
}
