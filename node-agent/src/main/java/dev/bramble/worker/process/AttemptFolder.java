package dev.bramble.worker.process;

import dev.bramble.model.FileNames;
import dev.bramble.worker.Workers.LogPiece;
import dev.bramble.worker.Workers.PlacedFile;
import dev.bramble.worker.Workers.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folder of one attempt. All methods but {@link #seal} block long enough to stay off the event loop.
 *
 * <pre>
 *   attempts/17/1/            the agent's; passable while an attempt has it, then sealed
 *     work/                   the task's: its working folder and HOME
 *     checkpoint/             the task's
 *     in, out, err            the agent's: handed over as open files, if there are any; in and out of a filter are
 *                             FIFOs, the task's
 * </pre>
 */
record AttemptFolder(Path path) {
    static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    /** Others may pass through but not look. */
    static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");

    private static final List<String> FOLDERS = List.of("work", "checkpoint");
    /** With more files it is quicker to make a folder anew. */
    private static final int PLACED_REMOVED_MAX = 32;

    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("r--r--r--");
    private static final Set<PosixFilePermission> RUNNABLE = PosixFilePermissions.fromString("r-xr-xr-x");
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> OWN_RUNNABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> SECRET = PosixFilePermissions.fromString("r--------");

    /** A JVM turns names into bytes by its locale; in a plain "C" it has none for most letters. */
    static final String NOT_IN_THIS_LOCALE = "cannot be named here: the agent must run with LC_ALL=C.UTF-8";

    /**
     * Who owns what.
     *
     * @param agent the user of this JVM
     * @param spawner the user that opens in, out and err
     * @param task the user of the command
     * @param isPassable the task reaches its folder by its path from outside, having no mounts of its own
     */
    record Owners(int agent, int spawner, int task, boolean isPassable) {}

    Path work() {
        return path.resolve("work");
    }

    Path checkpoint() {
        return path.resolve("checkpoint");
    }

    /** The FIFO that a filter reads. */
    Path channelIn() {
        return path.resolve("in");
    }

    /** The FIFO that a filter writes to. */
    Path channelOut() {
        return path.resolve("out");
    }

    Path stream(Stream stream) {
        return switch (stream) {
            case STDOUT -> path.resolve("out");
            case STDERR -> path.resolve("err");
        };
    }

    /** Makes the folder with nothing in it. */
    void make(Owners owners) throws IOException {
        makePassable(path, owners);
        for (String name : FOLDERS) {
            makeTasks(path.resolve(name), owners);
        }
    }

    /** A folder of the spawner's that tasks pass through. */
    static void makePassable(Path folder, Owners owners) throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PASSABLE);
        give(folder, owners.agent(), owners.spawner());
    }

    /** A folder that is the task's alone. */
    static void makeTasks(Path folder, Owners owners) throws IOException {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
        give(folder, owners.agent(), owners.task());
    }

    /** Lets the next attempt in. */
    void unseal() throws IOException {
        Files.setPosixFilePermissions(path, PASSABLE);
    }

    /**
     * Takes away what was placed and printed, and sets back what an honest task may have changed. It has to be sealed.
     *
     * @return whether nothing is left in it that was not there when it was made
     */
    boolean empty(List<PlacedFile> placed) throws IOException {
        // A folder on the way to a file is the task's, and may be a link to somewhere else by now.
        boolean isNested = placed.stream().anyMatch(file -> file.name().contains("/"));
        if (isNested || placed.size() > PLACED_REMOVED_MAX) {
            return false;
        }
        for (PlacedFile file : placed) {
            Files.deleteIfExists(work().resolve(file.name()));
        }
        for (String name : FOLDERS) {
            Path folder = path.resolve(name);
            if (!isEmpty(folder)) {
                return false;
            }
            if (!Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
                    .equals(PRIVATE)) {
                Files.setPosixFilePermissions(folder, PRIVATE);
            }
        }
        for (String name : List.of("in", "out", "err")) {
            Files.deleteIfExists(path.resolve(name));
        }
        return true;
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (DirectoryStream<Path> contents = Files.newDirectoryStream(folder)) {
            return !contents.iterator().hasNext();
        }
    }

    /** After the attempt: no later task of the same user may come here. */
    void seal() {
        try {
            Files.setPosixFilePermissions(path, PRIVATE);
        } catch (IOException neverMade) {
            // Then there is nothing to come to.
        }
    }

    /** Puts {@code file} into the working folder, readable and not writable. */
    void place(PlacedFile file, Owners owners) throws IOException {
        Optional<String> refusal = FileNames.refusal(file.name());
        if (refusal.isPresent()) {
            throw new IOException("the name " + Sentences.quote(file.name()) + " " + refusal.get());
        }
        Path target;
        try {
            target = work().resolve(file.name());
        } catch (InvalidPathException e) {
            throw new IOException(NOT_IN_THIS_LOCALE, e);
        }
        makeParents(target.getParent(), owners);
        try {
            if (!Files.isRegularFile(file.source())) {
                throw new NoSuchFileException(file.source().toString());
            }
            if (!mayShare(file, owners) || !link(target, file.source())) {
                Files.copy(file.source(), target);
                Files.setPosixFilePermissions(target, file.executable() ? RUNNABLE : READABLE);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException(Sentences.quote(file.name()) + " is there twice", e);
        }
    }

    /** Puts {@code file} into the checkpoint folder as the task's own, which it may change. */
    void placeCheckpoint(PlacedFile file, Owners owners) throws IOException {
        Optional<String> refusal = FileNames.refusal(file.name());
        if (refusal.isPresent()) {
            throw new IOException("the name " + Sentences.quote(file.name()) + " " + refusal.get());
        }
        Path target;
        try {
            target = checkpoint().resolve(file.name());
        } catch (InvalidPathException e) {
            throw new IOException(NOT_IN_THIS_LOCALE, e);
        }
        makeParents(target.getParent(), owners);
        Files.copy(file.source(), target);
        Files.setPosixFilePermissions(target, file.executable() ? OWN_RUNNABLE : OWN);
        give(target, owners.agent(), owners.task());
    }

    private void makeParents(Path folder, Owners owners) throws IOException {
        if (folder.equals(work()) || Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        makeParents(folder.getParent(), owners);
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
        } catch (FileAlreadyExistsException e) {
            throw new NotDirectoryException(work().relativize(folder) + " is to be a file and a folder");
        }
        give(folder, owners.agent(), owners.task());
    }

    /** Whether the source itself may lie in the folder: the task is another user and cannot write to it. */
    private static boolean mayShare(PlacedFile file, Owners owners) throws IOException {
        return owners.task() != owners.agent()
                && (int) Files.getAttribute(file.source(), "unix:uid") == owners.agent()
                && Files.getPosixFilePermissions(file.source()).equals(file.executable() ? RUNNABLE : READABLE);
    }

    private static boolean link(Path target, Path source) throws IOException {
        try {
            Files.createLink(target, source);
            return true;
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException otherFileSystem) {
            return false;
        }
    }

    /** A file that holds what the command reads. */
    Path stdin(byte[] bytes, Owners owners) throws IOException {
        Path in = path.resolve("in");
        // The one before in this folder may have had one, which nobody may write to.
        Files.deleteIfExists(in);
        Files.write(in, bytes);
        Files.setPosixFilePermissions(in, SECRET);
        give(in, owners.agent(), owners.spawner());
        return in;
    }

    private static void give(Path path, int from, int to) throws IOException {
        if (from != to) {
            Files.setAttribute(path, "unix:uid", to);
            Files.setAttribute(path, "unix:gid", to);
        }
    }

    LogPiece read(Stream stream, long offset, int bytesMax) throws IOException {
        try (FileChannel file = FileChannel.open(stream(stream))) {
            ByteBuffer bytes = ByteBuffer.allocate(bytesMax);
            while (bytes.hasRemaining() && file.read(bytes, offset + bytes.position()) > 0) {
                // A read of a file gives all there is; one more finds the end.
            }
            return new LogPiece(offset, Arrays.copyOf(bytes.array(), bytes.position()), file.size());
        } catch (NoSuchFileException notYet) {
            return new LogPiece(offset, new byte[0], 0);
        }
    }
}
