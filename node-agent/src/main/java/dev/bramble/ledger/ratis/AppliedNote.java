package dev.bramble.ledger.ratis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * A note beside the log: up to this index entries were applied here, so they were agreed, and flushed to this disk.
 *
 * <p>The log itself cannot tell that its end is missing: a file that stops at the end of an entry looks whole. With the
 * note, a log that ends before it has lost entries that may have been acknowledged, and the voter steps aside. The note
 * is flushed at most once a second, and only while entries come; so it does not know of the last second before a crash.
 *
 * <p>Thread: any that may wait for the disk.
 */
final class AppliedNote {
    /** Magic, index, checksum of both: far below a sector, so a power cut leaves the old note or the new one. */
    private static final int BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;

    private static final int MAGIC = 0x42524e31;

    private final Path file;
    private long written = -1;

    AppliedNote(Path file) {
        this.file = file;
    }

    /** The index noted; empty when there is no note, or it cannot be read (then it says nothing). */
    OptionalLong read() throws IOException {
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        ByteBuffer note = ByteBuffer.wrap(Files.readAllBytes(file));
        if (note.capacity() < BYTES || note.getInt(BYTES - Integer.BYTES) != checksum(note)) {
            return OptionalLong.empty();
        }
        return note.getInt(0) == MAGIC ? OptionalLong.of(note.getLong(Integer.BYTES)) : OptionalLong.empty();
    }

    /** Notes {@code index} and flushes it, if it is later than what was noted before. */
    synchronized void write(long index) throws IOException {
        if (index <= written) {
            return;
        }
        ByteBuffer note = ByteBuffer.allocate(BYTES).putInt(MAGIC).putLong(index);
        note.putInt(checksum(note)).flip();
        // In place: replacing the file would cost the file system's journal a commit each time.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(note, 0);
            channel.force(false);
        }
        written = index;
    }

    private static int checksum(ByteBuffer note) {
        CRC32C checksum = new CRC32C();
        checksum.update(note.array(), 0, BYTES - Integer.BYTES);
        return (int) checksum.getValue();
    }
}
