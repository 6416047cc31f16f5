package dev.bramble.control;

import dev.bramble.model.PieceStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * One stream of bytes for several readers at once, each on a thread of its own, none far ahead of another. A reader
 * that gives up is left out from then on.
 */
final class TwinStream {
    /** Pieces that wait for one reader: half a megabyte each way keeps both links busy while one flushes. */
    private static final int PIECES_MAX = 8;

    private static final int PIECE_BYTES = 64 << 10;
    private static final byte[] END = new byte[0];

    /** Remembered from the start, for others when all readers give up at once: what they have before they do. */
    private static final int START_BYTES_MAX = 1 << 20;

    private final InputStream whole;
    private final ByteArrayOutputStream start = new ByteArrayOutputStream();
    private long readBytes;
    private final Reader[] readers;

    TwinStream(InputStream whole, int readers) {
        this.whole = whole;
        this.readers = new Reader[readers];
        Arrays.setAll(this.readers, i -> new Reader());
    }

    Reader reader(int number) {
        return readers[number];
    }

    /**
     * Hands all bytes on; returns when the last are handed on or nobody reads any more.
     *
     * @throws IOException when the whole cannot be read; its readers fail then instead of seeing an end
     */
    void run() throws IOException {
        boolean isWhole = false;
        try {
            byte[] piece = new byte[PIECE_BYTES];
            int count;
            while (isRead() && (count = whole.readNBytes(piece, 0, piece.length)) > 0) {
                byte[] copy = Arrays.copyOf(piece, count);
                remember(copy);
                for (Reader reader : readers) {
                    reader.give(copy);
                }
            }
            isWhole = true;
        } finally {
            for (Reader reader : readers) {
                reader.end(isWhole);
            }
        }
    }

    private void remember(byte[] piece) {
        readBytes += piece.length;
        if (readBytes <= START_BYTES_MAX) {
            start.writeBytes(piece);
        } else {
            start.reset();
        }
    }

    /** The whole again, for other readers; empty when too much of it is gone. Not before {@link #run} has ended. */
    Optional<InputStream> again() {
        return readBytes > START_BYTES_MAX
                ? Optional.empty()
                : Optional.of(new SequenceInputStream(new ByteArrayInputStream(start.toByteArray()), whole));
    }

    private boolean isRead() {
        return Arrays.stream(readers).anyMatch(reader -> !reader.closed);
    }

    /** What one of them reads. */
    static final class Reader extends PieceStream {
        private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES_MAX);
        private volatile boolean closed;
        private volatile boolean broken;
        private byte[] piece = {0};
        private int next = 1;

        private void give(byte[] more) throws IOException {
            try {
                while (!closed && !pieces.offer(more, 100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    // Its reader is slow, which slows the whole; one that hangs is ended by the watchdog of its link.
                }
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new IOException("stopped", stopping);
            }
        }

        private void end(boolean isWhole) throws IOException {
            broken = !isWhole;
            if (broken) {
                pieces.clear();
            }
            give(END);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (next == piece.length && piece != END) {
                try {
                    piece = pieces.take();
                    next = 0;
                } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                    throw new IOException("stopped", stopping);
                }
            }
            if (broken) {
                throw new IOException("the upload broke off");
            }
            if (piece == END) {
                return -1;
            }
            int count = Math.min(length, piece.length - next);
            System.arraycopy(piece, next, into, offset, count);
            next += count;
            return count;
        }

        @Override
        public void close() {
            closed = true;
            pieces.clear();
        }
    }
}
