package dev.bramble.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Bytes that an attempt left: small ones ride in the ledger, middling ones share a blob, large ones are blobs. */
public sealed interface Output {
    /** Most bytes that ride inline, from DESIGN section 6. */
    int INLINE_BYTES_MAX = 4096;

    /** Names of fields, and numbers. */
    int FIELDS_BYTES = 50;

    /** A hash in hexadecimal digits, and two holders. */
    int BLOB_BYTES = 250;

    long sizeBytes();

    /** The blob that it is, or is in, with who has it; empty when it is none, or only the ledger knows who. */
    Optional<Stored> stored();

    /** How many of its bytes the ledger's state holds. */
    int inlineBytes();

    /** Of a stream, its last line, for tables; empty where that is not known without reading a blob. */
    String lastLine();

    /** About how many bytes it takes in a message or an entry. */
    default int messageBytes() {
        return FIELDS_BYTES + stored().map(blob -> BLOB_BYTES).orElse(0) + inlineBytes();
    }

    /** In the ledger. */
    record Inline(byte[] bytes) implements Output {
        /** No bytes: one object for a million silent tasks. */
        public static final Inline EMPTY = new Inline(new byte[0]);

        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public Optional<Stored> stored() {
            return Optional.empty();
        }

        @Override
        public int inlineBytes() {
            return bytes.length;
        }

        @Override
        public String lastLine() {
            return Output.lastLine(bytes);
        }
    }

    /**
     * On the disks of nodes.
     *
     * @param holders nodes with a flushed copy
     * @param lastLine the last line of a stream, for tables, cut to {@link #LAST_LINE_CHARACTERS_MAX}; empty for a file
     */
    record Stored(BlobId blob, long sizeBytes, List<NodeId> holders, String lastLine) implements Output {
        @Override
        public Optional<Stored> stored() {
            return Optional.of(this);
        }

        @Override
        public int inlineBytes() {
            return utf8Bytes(lastLine);
        }
    }

    /**
     * Part of a segment: of a blob that holds what several attempts of one job left, one behind the other.
     *
     * @param offset of its first byte in the segment
     * @param lastLine as in {@link Stored}
     */
    record Slice(Stored segment, long offset, long sizeBytes, String lastLine) implements Output {
        @Override
        public Optional<Stored> stored() {
            return Optional.of(segment);
        }

        @Override
        public int inlineBytes() {
            return utf8Bytes(lastLine);
        }
    }

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

        @Override
        public Optional<Stored> stored() {
            return Optional.empty();
        }

        @Override
        public int inlineBytes() {
            return 0;
        }

        @Override
        public String lastLine() {
            return "";
        }
    }

    /** Longest last line that tables show. */
    int LAST_LINE_CHARACTERS_MAX = 200;

    /** Looked at to find it, from the end: four bytes for each character shown, and some blanks. */
    int LAST_LINE_BYTES_MAX = 1024;

    /** The last line with something on it, bad UTF-8 replaced, control characters dropped, cut for tables. */
    static String lastLine(byte[] end) {
        int from = Math.max(0, end.length - LAST_LINE_BYTES_MAX);
        String text = new String(end, from, end.length - from, StandardCharsets.UTF_8).stripTrailing();
        String line = text.substring(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1)
                .chars()
                .filter(character -> !Character.isISOControl(character) || character == '\t')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return CutText.beginning(line, LAST_LINE_CHARACTERS_MAX);
    }

    private static int utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
