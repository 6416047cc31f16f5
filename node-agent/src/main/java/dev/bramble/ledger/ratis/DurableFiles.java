package dev.bramble.ledger.ratis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** Files that are there after a power cut, whole or not at all. */
final class DurableFiles {
    /** What a file is called while it is written. */
    static final String UNFINISHED = ".part";

    /** The JDK copies each heap buffer it reads or writes into direct memory of the same size, and keeps that. */
    private static final int CHUNK_BYTES = 64 << 10;

    /** A page: what a file system must find room for to hold any file. */
    private static final int PROBE_BYTES = 4096;

    private DurableFiles() {}

    /** Replaces {@code file} as a whole; returns when it is on the disk under its name. */
    static void write(Path file, ByteBuffer... parts) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            for (ByteBuffer part : parts) {
                writeInChunks(channel, part);
            }
            channel.force(true);
        }
        move(unfinished, file);
    }

    /**
     * Whether files can be written to {@code folder}, by writing one.
     *
     * @throws IOException with a sentence when they cannot, or fewer than {@code bytes} are free
     */
    static void requireRoom(Path folder, long bytes) throws IOException {
        if (!Files.isDirectory(folder)) {
            // Whoever deleted it, there is nothing to write into: it is made anew.
            return;
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            throw new IOException("the ledger's disk is full: " + (free >> 20) + " MiB are free, and it goes on with "
                    + (bytes >> 20) + " MiB (No space left on device)");
        }
        Path probe = folder.resolve("probe");
        try {
            write(probe, ByteBuffer.allocate(PROBE_BYTES));
            Files.delete(probe);
        } catch (FileSystemException refused) {
            throw new IOException(
                    "the ledger's disk cannot be written: "
                            + (refused.getReason() == null ? refused.getMessage() : refused.getReason()),
                    refused);
        }
    }

    private static void writeInChunks(FileChannel channel, ByteBuffer part) throws IOException {
        int end = part.limit();
        while (part.position() < end) {
            part.limit(Math.min(end, part.position() + CHUNK_BYTES));
            channel.write(part);
        }
    }

    /** Fills {@code bytes} from {@code in}; false when it ends before. */
    static boolean readFully(InputStream in, byte[] bytes) throws IOException {
        int filled = 0;
        while (filled < bytes.length) {
            int read = in.read(bytes, filled, Math.min(CHUNK_BYTES, bytes.length - filled));
            if (read < 0) {
                return false;
            }
            filled += read;
        }
        return true;
    }

    /** Renames within one folder, for good. */
    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        flushFolder(to.getParent());
    }

    /** Makes names created, renamed or deleted in {@code folder} survive a power cut. */
    static void flushFolder(Path folder) throws IOException {
        flush(folder);
    }

    /** Puts on the disk what any process wrote to {@code file} so far. */
    static void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Flushes every file and folder in {@code root}. */
    static void flushAll(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                flush(path);
            }
        }
    }

    /** Deletes {@code root} and all in it; missing files are fine. */
    static void deleteAll(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
