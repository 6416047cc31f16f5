package dev.bramble.worker.process;

import dev.bramble.worker.Filters;
import dev.bramble.worker.Filters.Answers;
import dev.bramble.worker.filter.AnswerIndex;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The answers of one batch as they come: in memory while they are few, then in a file. Used by one thread at a time,
 * one that may block.
 */
final class AnswerSpool {
    private static final int FIRST_BYTES = 8 * 1024;
    /** What is read at a time when answers are put in order. */
    private static final int SORT_BYTES = 64 * 1024;

    private final Path path;
    private byte[] memory = new byte[FIRST_BYTES];
    private FileChannel file;
    private int sizeBytes;

    /** @param path of the file that is made when it is needed */
    AnswerSpool(Path path) {
        this.path = path;
    }

    /** Adds the first {@code length} bytes of {@code chunk}. */
    void append(byte[] chunk, int length) throws IOException {
        if (file == null && sizeBytes + length > Filters.ANSWER_BYTES_IN_MEMORY_MAX) {
            file = FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            write(memory, sizeBytes, 0);
            memory = null;
        }
        if (file != null) {
            write(chunk, length, sizeBytes);
        } else {
            if (sizeBytes + length > memory.length) {
                memory = Arrays.copyOf(memory, Math.max(sizeBytes + length, memory.length * 2));
            }
            System.arraycopy(chunk, 0, memory, sizeBytes, length);
        }
        sizeBytes += length;
    }

    private void write(byte[] bytes, int length, long at) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
        while (rest.hasRemaining()) {
            file.write(rest, at + rest.position());
        }
    }

    int sizeBytes() {
        return sizeBytes;
    }

    /** Forgets what came after the first {@code bytes}. */
    void cut(int bytes) {
        sizeBytes = bytes;
    }

    /** Whether {@link #finish} touches a disk. */
    boolean isInFile() {
        return file != null;
    }

    /** All answers, as they came. Nothing is added after this. */
    Answers finish() throws IOException {
        if (file == null) {
            return new Answers.InMemory(Arrays.copyOf(memory, sizeBytes));
        }
        file.truncate(sizeBytes);
        long there = file.size();
        file.close();
        if (there != sizeBytes) {
            throw new EOFException(path + " has " + there + " of the " + sizeBytes + " bytes written to it");
        }
        return new Answers.InFile(path, sizeBytes);
    }

    /** The answers of {@code lines} in the order of the lines. Nothing is added after this. */
    Answers finish(BitSet lines, AnswerIndex index) throws IOException {
        long size = index.sizeBytes(lines);
        if (file == null) {
            byte[] sorted = new byte[(int) size];
            int at = 0;
            for (int line = lines.nextSetBit(0); line >= 0; line = lines.nextSetBit(line + 1)) {
                int length = index.length(line) + 1;
                System.arraycopy(memory, index.start(line), sorted, at, length);
                at += length;
            }
            return new Answers.InMemory(sorted);
        }
        Path sorted = sorted();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(sorted), SORT_BYTES)) {
            Glance glance = new Glance();
            for (int line = lines.nextSetBit(0); line >= 0; line = lines.nextSetBit(line + 1)) {
                glance.copy(index.start(line), index.length(line) + 1, out);
            }
        }
        discard();
        return new Answers.InFile(sorted, size);
    }

    /** Answers come nearly in order: most of them lie in what was read for the one before. */
    private final class Glance {
        private final ByteBuffer seen = ByteBuffer.allocate(SORT_BYTES).limit(0);
        private int seenFrom;

        void copy(int start, int length, OutputStream out) throws IOException {
            int at = start;
            int left = length;
            while (left > 0) {
                if (at < seenFrom || at >= seenFrom + seen.limit()) {
                    seen.clear();
                    seenFrom = at;
                    if (file.read(seen, at) <= 0) {
                        throw new EOFException(path + " is shorter than what was written to it");
                    }
                    seen.flip();
                }
                int count = Math.min(left, seenFrom + seen.limit() - at);
                out.write(seen.array(), at - seenFrom, count);
                at += count;
                left -= count;
            }
        }
    }

    /** Nobody wants them. */
    void discard() throws IOException {
        memory = null;
        if (file != null) {
            file.close();
            Files.deleteIfExists(path);
        }
    }

    /** They cannot be finished: what a part of that left goes, too. */
    void abandon() throws IOException {
        discard();
        Files.deleteIfExists(sorted());
    }

    private Path sorted() {
        return path.resolveSibling(path.getFileName() + "-sorted");
    }
}
