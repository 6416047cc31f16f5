package dev.bramble.dashboard.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file system of its own that can be full without harm to anybody else. Needs root. */
final class SmallDisk implements AutoCloseable {
    /** What a store of blobs leaves free for the rest of its node, and some; little to fill. */
    private static final String SIZE = "160m";
    /** The unit in which such a disk fills up. */
    private static final int PAGE_BYTES = 4096;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Empty when this user may not mount. */
    static Optional<SmallDisk> mount(Path folder) {
        return run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + SIZE, "none", folder.toString())
                ? Optional.of(new SmallDisk(folder))
                : Optional.empty();
    }

    private Path filling() {
        return folder.resolve("something-large");
    }

    /** Until not one page is free. */
    void fill() {
        try (FileChannel file = FileChannel.open(filling(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                file.write(ByteBuffer.allocate(PAGE_BYTES));
            }
        } catch (IOException full) {
            if (full.getMessage() == null || !full.getMessage().contains("No space left")) {
                throw new UncheckedIOException(full);
            }
        }
    }

    void makeRoom() throws IOException {
        Files.deleteIfExists(filling());
    }

    @Override
    public void close() {
        run("umount", "-l", folder.toString());
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
