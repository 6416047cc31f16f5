package dev.bramble.model;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bytes that an attempt left: small ones ride in the ledger, larger ones are blobs. */
public sealed interface Output {
    /** Most bytes that ride inline, from DESIGN section 6. */
    int INLINE_BYTES_MAX = 4096;

    long sizeBytes();

    /** In the ledger. */
    record Inline(byte[] bytes) implements Output {
        /** No bytes: one object for a million silent tasks. */
        public static final Inline EMPTY = new Inline(new byte[0]);

        @Override
        public long sizeBytes() {
            return bytes.length;
        }
    }

    /**
     * On the disks of nodes.
     *
     * @param holders nodes with a flushed copy
     * @param lastLine the last line of a stream, for tables, cut to {@link #LAST_LINE_CHARACTERS_MAX}; empty for a file
     */
    record Stored(BlobId blob, long sizeBytes, List<NodeId> holders, String lastLine) implements Output {}

    /**
     * One line of a segment: the answer of a filter's task, without its LF.
     *
     * @param segment the blob that holds answers, each ended by LF
     * @param line which of its lines, from 0
     */
    record SegmentLine(BlobId segment, int line) implements Output {
        /** Unknown until the segment is read. */
        @Override
        public long sizeBytes() {
            return 0;
        }
    }

    /** Longest last line that tables show. */
    int LAST_LINE_CHARACTERS_MAX = 200;

    /** The last line with something on it, bad UTF-8 replaced, control characters dropped, cut for tables. */
    static String lastLine(byte[] end) {
        String text = new String(end, StandardCharsets.UTF_8).stripTrailing();
        String line = text.substring(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1)
                .chars()
                .filter(character -> !Character.isISOControl(character) || character == '\t')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return line.length() <= LAST_LINE_CHARACTERS_MAX ? line : line.substring(0, LAST_LINE_CHARACTERS_MAX);
    }
}
