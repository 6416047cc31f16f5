package dev.bramble.ledger.ratis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;

/**
 * What one file of the engine's log holds, read without the engine.
 *
 * <p>The file is eight bytes of header, then entries (a length as varint, the entry, a CRC32C over both), then zeros:
 * the engine writes zeros ahead of itself. A power cut leaves the last entry torn: its beginning is there, the rest is
 * still zero or was never part of the file. Such an entry was never flushed and may be cut. Everything else that is not
 * whole is damage to entries that may have been acknowledged. The two are told apart by these facts:
 *
 * <ul>
 *   <li>nothing but zeros follows a torn entry; in particular no whole entry does, at whatever place;
 *   <li>its end is missing: the file stops before it, its checksum is zero, or one of its disk sectors is still zero;
 *   <li>what is there does not make a whole entry under any other length (then the length itself was damaged).
 * </ul>
 *
 * @param entries how many whole entries the file holds
 * @param firstIndex index of the first; -1 when there is none
 * @param lastIndex index of the last; -1 when there is none
 * @param lastTerm term of the last; -1 when there is none
 * @param wholeBytes length of the header and the whole entries; 0 when the header itself is not whole
 * @param tail what follows them
 */
record SegmentScan(int entries, long firstIndex, long lastIndex, long lastTerm, int wholeBytes, Tail tail) {
    /** Nothing that a disk promises is smaller: a sector is written as a whole or not at all. */
    private static final int SECTOR_BYTES = 512;

    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);
    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int VARINT_BYTES_MAX = 5;

    /** A field's number and kind (0: varint) as its tag. */
    private static final int TERM_TAG = LogEntryProto.TERM_FIELD_NUMBER << 3;

    private static final int INDEX_TAG = LogEntryProto.INDEX_FIELD_NUMBER << 3;

    /** The engine refuses longer entries, so a longer length is no length. */
    private static final int ENTRY_BYTES_MAX = Tuning.ENGINE_ENTRY_BYTES_MAX;

    /** What follows the last whole entry. */
    sealed interface Tail {
        /** Nothing, or only the zeros that the engine wrote ahead. */
        record Clean() implements Tail {}

        /** An entry that a power cut tore; {@code bytes} of it are there. */
        record Torn(int bytes) implements Tail {}

        /** Something else: damage. */
        record Bad(String what) implements Tail {}
    }

    static SegmentScan of(byte[] file) {
        Optional<SegmentScan> withoutHeader = checkHeader(file);
        if (withoutHeader.isPresent()) {
            return withoutHeader.get();
        }
        int position = HEADER.length;
        int entries = 0;
        long firstIndex = -1;
        long lastIndex = -1;
        long lastTerm = -1;
        for (Found found; (found = wholeEntryAt(file, position)) != null; position = found.end) {
            if (entries > 0 && (found.index != lastIndex + 1 || found.term < lastTerm)) {
                return new SegmentScan(
                        entries, firstIndex, lastIndex, lastTerm, position, outOfOrder(found, lastIndex));
            }
            firstIndex = entries == 0 ? found.index : firstIndex;
            lastIndex = found.index;
            lastTerm = found.term;
            entries++;
        }
        return new SegmentScan(entries, firstIndex, lastIndex, lastTerm, position, tailFrom(file, position, lastIndex));
    }

    private static Tail outOfOrder(Found found, long lastIndex) {
        return new Tail.Bad("entry " + found.index + " of term " + found.term + " follows entry " + lastIndex);
    }

    /** Empty when the header is whole. */
    private static Optional<SegmentScan> checkHeader(byte[] file) {
        int same = 0;
        while (same < HEADER.length && same < file.length && file[same] == HEADER[same]) {
            same++;
        }
        if (same == HEADER.length) {
            return Optional.empty();
        }
        Tail tail = isZero(file, same, file.length)
                ? new Tail.Clean()
                : new Tail.Bad("the file does not begin as a log does");
        return Optional.of(new SegmentScan(0, -1, -1, -1, 0, tail));
    }

    private static Tail tailFrom(byte[] file, int position, long lastIndex) {
        int end = endOfData(file);
        if (end <= position) {
            return new Tail.Clean();
        }
        if (file[position] == 0) {
            return new Tail.Bad("data follows the end of the log, at byte " + endOfZeros(file, position));
        }
        if (holdsWholeEntry(file, position + 1, lastIndex)) {
            return new Tail.Bad(nextAfter(lastIndex) + " is not whole, but later ones are");
        }
        if (isWholeUnderAnotherLength(file, position, end)) {
            return new Tail.Bad("the length of " + nextAfter(lastIndex) + " is wrong");
        }
        return isTorn(file, position, end)
                ? new Tail.Torn(end - position)
                : new Tail.Bad("the checksum of " + nextAfter(lastIndex) + " is wrong");
    }

    private static String nextAfter(long lastIndex) {
        return lastIndex < 0 ? "its first entry" : "entry " + (lastIndex + 1);
    }

    /** @param end where the last byte that is not zero ends */
    private static boolean isTorn(byte[] file, int position, int end) {
        Varint length = Varint.at(file, position);
        if (length == null || length.value < 1 || length.value > ENTRY_BYTES_MAX) {
            // Torn within the length itself: nothing but its first bytes is there.
            return end - position < VARINT_BYTES_MAX;
        }
        long entryEnd = (long) position + length.bytes + length.value + CHECKSUM_BYTES;
        if (end > entryEnd) {
            return false;
        }
        return file.length < entryEnd
                || end <= entryEnd - CHECKSUM_BYTES
                || hasZeroSector(file, position, (int) entryEnd);
    }

    private static boolean hasZeroSector(byte[] file, int from, int to) {
        for (int sector = from / SECTOR_BYTES * SECTOR_BYTES; sector < to; sector += SECTOR_BYTES) {
            int begin = Math.max(sector, from);
            int end = Math.min(sector + SECTOR_BYTES, to);
            // A short piece at the beginning may be zero by chance; one at the end is what a tear leaves.
            if ((end == to || end - begin >= SECTOR_BYTES / 8) && isZero(file, begin, end)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a whole entry with a later index begins anywhere in the file from {@code from} on. */
    private static boolean holdsWholeEntry(byte[] file, int from, long lastIndex) {
        for (int position = from; position < file.length; position++) {
            // An entry's body begins with its term, field 1: this spares the checksum of nearly every place.
            Varint length = file[position] == 0 ? null : Varint.at(file, position);
            if (length != null && position + length.bytes < file.length && file[position + length.bytes] == TERM_TAG) {
                Found found = wholeEntryAt(file, position);
                if (found != null && found.index > lastIndex) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the bytes up to {@code end} make a whole entry if only its length is written anew. */
    private static boolean isWholeUnderAnotherLength(byte[] file, int position, int end) {
        // The checksum's own last bytes may be zero.
        int latest = Math.min(end + CHECKSUM_BYTES - 1, file.length);
        for (int lengthBytes = 1; lengthBytes <= VARINT_BYTES_MAX; lengthBytes++) {
            for (int entryEnd = end; entryEnd <= latest; entryEnd++) {
                int value = entryEnd - CHECKSUM_BYTES - lengthBytes - position;
                if (value > 0
                        && Varint.bytes(value) == lengthBytes
                        && checksum(Varint.encode(value), file, position + lengthBytes, value)
                                == ByteBuffer.wrap(file).getInt(entryEnd - CHECKSUM_BYTES)) {
                    return true;
                }
            }
        }
        return false;
    }

    private record Found(long index, long term, int end) {}

    /** The entry that begins at {@code position}; null when none does, or it is not whole. */
    private static Found wholeEntryAt(byte[] file, int position) {
        Varint length = position < file.length && file[position] != 0 ? Varint.at(file, position) : null;
        if (length == null || length.value < 1 || length.value > ENTRY_BYTES_MAX) {
            return null;
        }
        int body = position + length.bytes;
        if (file.length - body < length.value + CHECKSUM_BYTES) {
            return null;
        }
        int bodyEnd = body + length.value;
        int written = ByteBuffer.wrap(file).getInt(bodyEnd);
        if (checksum(Arrays.copyOfRange(file, position, body), file, body, length.value) != written) {
            return null;
        }
        return readTermAndIndex(CodedInputStream.newInstance(file, body, length.value), bodyEnd + CHECKSUM_BYTES);
    }

    /** Only the two fields that come first: the checksum vouches for the rest, which may be a megabyte. */
    private static Found readTermAndIndex(CodedInputStream body, int end) {
        try {
            long term = 0;
            long index = 0;
            for (int tag; (tag = body.readTag()) == TERM_TAG || tag == INDEX_TAG; ) {
                if (tag == TERM_TAG) {
                    term = body.readUInt64();
                } else {
                    index = body.readUInt64();
                }
            }
            return new Found(index, term, end);
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static int checksum(byte[] length, byte[] file, int body, int bodyBytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(length);
        checksum.update(file, body, bodyBytes);
        return (int) checksum.getValue();
    }

    private static boolean isZero(byte[] file, int from, int to) {
        return endOfZeros(file, from) >= Math.min(to, file.length);
    }

    private static int endOfZeros(byte[] file, int from) {
        int position = from;
        while (position < file.length && file[position] == 0) {
            position++;
        }
        return position;
    }

    private static int endOfData(byte[] file) {
        int end = file.length;
        while (end > 0 && file[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** A length as the engine writes it: seven bits a byte, the lowest first. */
    private record Varint(int value, int bytes) {
        /** Null when no varint of at most five bytes begins there. */
        static Varint at(byte[] file, int position) {
            long value = 0;
            for (int i = 0; i < VARINT_BYTES_MAX && position + i < file.length; i++) {
                value |= (long) (file[position + i] & 0x7f) << 7 * i;
                if (file[position + i] >= 0) {
                    return value > Integer.MAX_VALUE ? null : new Varint((int) value, i + 1);
                }
            }
            return null;
        }

        static int bytes(int value) {
            return encode(value).length;
        }

        static byte[] encode(int value) {
            byte[] bytes = new byte[VARINT_BYTES_MAX];
            int used = 0;
            int rest = value;
            while (rest > 0x7f) {
                bytes[used++] = (byte) (rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            bytes[used++] = (byte) rest;
            return Arrays.copyOf(bytes, used);
        }
    }
}
