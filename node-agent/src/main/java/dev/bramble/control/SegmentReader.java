package dev.bramble.control;

import dev.bramble.ledger.AnswerPage;
import dev.bramble.model.BlobId;
import dev.bramble.model.LineFiles;
import dev.bramble.model.Output;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads lines of segments one after the other: as long as they follow each other in one segment, it stays open. When a
 * holder breaks off, the rest comes from another. One thread.
 */
public final class SegmentReader implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 * 1024;
    /** Holders that may break off in the middle of one segment: as many as it has copies, and one to come back. */
    private static final int TRIES_MAX = 3;

    private final Source source;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private BlobId open;
    private InputStream in;
    private int at;
    private int end;
    /** Of the open segment, lines that were read. */
    private int line;

    public SegmentReader(Source source) {
        this.source = source;
    }

    /** Where segments are. */
    @FunctionalInterface
    public interface Source {
        /** As {@link Control#open}. */
        Optional<InputStream> open(BlobId segment) throws IOException;
    }

    /** Copies a page of answers, in order. */
    public void copy(AnswerPage page, OutputStream out) throws IOException {
        for (AnswerPage.Piece piece : page.pieces()) {
            switch (piece) {
                case AnswerPage.Piece.Bytes bytes -> out.write(bytes.bytes());
                case AnswerPage.Piece.Lines lines -> copy(lines.segment(), lines.fromLine(), lines.lines(), out);
            }
        }
    }

    /** Copies {@code lines} lines, from line {@code from} of the segment, each with its LF. */
    void copy(BlobId segment, int from, int lines, OutputStream out) throws IOException {
        // What is written cannot be taken back: a line is written when it is whole, and counted.
        int written = 0;
        for (int tries = 1; ; tries++) {
            try {
                seek(segment, from + written);
                while (written < lines) {
                    written += copySome(lines - written, out);
                }
                return;
            } catch (SourceException broken) {
                close();
                if (tries == TRIES_MAX) {
                    throw broken;
                }
            }
        }
    }

    /**
     * Reads a slice, checked.
     *
     * @param in the segment from the slice's offset on; closed here
     */
    public static byte[] slice(InputStream in, Output.Slice slice) throws IOException {
        try (in) {
            byte[] bytes = in.readNBytes((int) slice.sizeBytes());
            if (bytes.length < slice.sizeBytes()) {
                throw new EOFException("segment " + slice.segment().blob() + " ends within a result");
            }
            if (slice.offset() == 0) {
                // From its beginning a blob is checked at its end only; from elsewhere a small one was before.
                in.transferTo(OutputStream.nullOutputStream());
            }
            return bytes;
        }
    }

    /** One line without its LF. */
    byte[] line(BlobId segment, int number) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy(segment, number, 1, bytes);
        return Arrays.copyOf(bytes.toByteArray(), bytes.size() - 1);
    }

    /** The reading side failed, not the writing one. */
    private static final class SourceException extends IOException {
        private static final long serialVersionUID = 1L;

        SourceException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private void seek(BlobId segment, int wanted) throws IOException {
        if (!segment.equals(open) || line > wanted) {
            close();
            try {
                in = source.open(segment)
                        .orElseThrow(() -> new FileNotFoundException("no node that is up has a whole copy of segment "
                                + segment + ": try again when its nodes are back"));
            } catch (IOException failure) {
                throw new SourceException(failure);
            }
            open = segment;
        }
        while (line < wanted) {
            int lines = 0;
            int i = need();
            while (i < end && line + lines < wanted) {
                if (chunk[i++] == '\n') {
                    lines++;
                }
            }
            at = i;
            line += lines;
        }
    }

    /** Makes sure that something is in the chunk; where it begins. */
    private int need() throws SourceException {
        if (at == end) {
            try {
                end = in.read(chunk);
            } catch (IOException failure) {
                throw new SourceException(failure);
            }
            at = 0;
            if (end < 0) {
                throw new SourceException(new EOFException("segment " + open + " has only " + line + " lines"));
            }
        }
        return at;
    }

    /** Writes whole lines from the chunk, at least one and at most {@code most}. */
    private int copySome(int most, OutputStream out) throws IOException {
        int from = need();
        int lines = 0;
        int whole = from;
        for (int i = from; i < end && lines < most; i++) {
            if (chunk[i] == '\n') {
                lines++;
                whole = i + 1;
            }
        }
        if (lines > 0) {
            at = whole;
            line += lines;
            out.write(chunk, from, whole - from);
            return lines;
        }
        out.write(longLine());
        line++;
        return 1;
    }

    /** A line that goes beyond the chunk. */
    private byte[] longLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            int from = need();
            int i = from;
            while (i < end && chunk[i] != '\n') {
                i++;
            }
            bytes.write(chunk, from, i - from);
            if (bytes.size() > LineFiles.LINE_BYTES_MAX) {
                throw new IOException(
                        "segment " + open + " has a line longer than " + LineFiles.LINE_BYTES_MAX + " bytes");
            }
            if (i < end) {
                at = i + 1;
                bytes.write('\n');
                return bytes.toByteArray();
            }
            at = end;
        }
    }

    @Override
    public void close() throws IOException {
        InputStream was = in;
        in = null;
        open = null;
        at = 0;
        end = 0;
        line = 0;
        if (was != null) {
            was.close();
        }
    }
}
