package dev.bramble.dashboard.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * An SD card of a node: an ext4 file system in a file, mounted where the node keeps its data. It can lose what was
 * written and never flushed, as a card does when the power fails, and it can die, as cards do: from one moment on it
 * can only be read. Needs root and a loop device.
 *
 * <p>Mounted with {@code noauto_da_alloc} and a long commit interval: the file system flushes nothing by itself that
 * was not asked for, so that each missing flush shows.
 */
final class Card implements AutoCloseable {
    /** What a store of blobs leaves free for the rest of its node (128 MiB), and some. Sparse. */
    private static final long BYTES = 400L << 20;

    private static final String OPTIONS = "loop,noatime,noauto_da_alloc,commit=300,errors=remount-ro";
    /** {@code EXT4_IOC_SHUTDOWN} with {@code EXT4_GOING_FLAGS_NOLOGFLUSH}; the ioctl is asked for in Perl. */
    private static final String SHUTDOWN = "for my $path (@ARGV) { my $flags = pack('L', 2); "
            + "open(my $folder, '<', $path) or die $!; defined(ioctl($folder, 0x8004587d, $flags)) or die $! }";

    private final Path image;
    private final Path folder;

    private Card(Path image, Path folder) {
        this.image = image;
        this.folder = folder;
    }

    /**
     * Makes a card and mounts it.
     *
     * @return empty when this user may not mount, or there is no loop device
     */
    static Optional<Card> mount(Path image, Path folder) throws IOException {
        try (var file = Files.newByteChannel(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.position(BYTES - 1);
            file.write(java.nio.ByteBuffer.allocate(1));
        }
        Files.createDirectories(folder);
        Card card = new Card(image, folder);
        boolean isThere = run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1", image.toString()) && card.mount();
        return isThere ? Optional.of(card) : Optional.empty();
    }

    private boolean mount() {
        return run("mount", "-o", OPTIONS, image.toString(), folder.toString());
    }

    /** The power fails: whatever was not flushed is gone. Until {@link #replug} nothing can be written or read. */
    static void powerFails(List<Card> cards) {
        String[] command = new String[3 + cards.size()];
        command[0] = "perl";
        command[1] = "-e";
        command[2] = SHUTDOWN;
        for (int i = 0; i < cards.size(); i++) {
            command[3 + i] = cards.get(i).folder.toString();
        }
        if (!run(command)) {
            throw new AssertionError("the file systems could not be shut down");
        }
    }

    /** From now on it can only be read: what ext4 does when it meets an error on a card that dies. */
    void dies() {
        try {
            Path device = Files.readAllLines(Path.of("/proc/mounts")).stream()
                    .map(line -> line.split(" "))
                    .filter(words -> words[1].equals(folder.toString()))
                    .map(words -> Path.of(words[0]))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(Path.of("/sys/fs/ext4", device.getFileName().toString(), "trigger_fs_error"), "test\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The board starts again with this card; whoever had a file of it open has lost it.
     *
     * <p>What is mounted is a copy of the image: the old file system goes on living for as long as anybody holds it,
     * and each walled task of any agent on this machine may, since its mounts are copies of all that were there.
     */
    void replug() {
        Path copy = image.resolveSibling(image.getFileName() + ".copy");
        boolean isBack = run("umount", "-l", folder.toString())
                && run("cp", "--sparse=always", image.toString(), copy.toString())
                && run("mv", copy.toString(), image.toString())
                // Replays the journal, as a board does when it boots.
                && mount();
        if (!isBack) {
            throw new AssertionError(image + " cannot be mounted again");
        }
    }

    @Override
    public void close() {
        run("umount", "-l", folder.toString());
    }

    static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
