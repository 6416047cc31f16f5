package dev.bramble.board.linux;

import dev.bramble.model.Reading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Whether a disk takes writes, by writing. One block of one file is written over and flushed: no name, no size and no
 * new block, so that it wears the card as little as can be, and needs no free space.
 */
final class WriteProbe {
    /** With the journal some 20 kB each time: 3 MB a day. That the kernel made a disk read-only is seen at once. */
    static final Duration EVERY = Duration.ofMinutes(10);
    /** A worn card holds up a flush for seconds, a dead one for ever. */
    static final Duration HANGS_AFTER = Duration.ofSeconds(30);

    private static final int BLOCK_BYTES = 4096;

    private final Path file;

    /** @param folder on the disk */
    WriteProbe(Path folder) {
        this.file = folder.resolve(".writable");
    }

    /** 1 when a write went through, 0 when it was refused. */
    Reading reading() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            while (block.hasRemaining()) {
                channel.write(block, block.position());
            }
            channel.force(false);
            return Reading.known(1);
        } catch (IOException refused) {
            boolean isFull = String.valueOf(refused.getMessage()).contains("No space left");
            return isFull ? Reading.unknown("there is no room left to try a write") : Reading.known(0);
        }
    }
}
