package dev.bramble.cli.local;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The folder of a local bramble, held by one supervisor at a time:
 *
 * <pre>
 * local.json        ports and sizes, for the next start
 * processes.json    name, role, pid and ports of each child now
 * NAME/             of each node, and of the head: its configuration, its data, its log
 * </pre>
 */
final class LocalFolder implements AutoCloseable {
    private static final String OWNER_ONLY = "rwx------";

    private final Path path;
    private final boolean isTemporary;
    private final FileChannel lock;

    private LocalFolder(Path path, boolean isTemporary, FileChannel lock) {
        this.path = path;
        this.isTemporary = isTemporary;
        this.lock = lock;
    }

    /** Takes the folder, or a fresh temporary one that is deleted at the end. */
    static LocalFolder take(Optional<Path> wanted) {
        try {
            var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY));
            Path path;
            if (wanted.isEmpty()) {
                path = Files.createTempDirectory("bramble-", owner);
            } else if (Files.exists(wanted.get())) {
                path = wanted.get().toRealPath();
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(OWNER_ONLY));
            } else {
                path = Files.createDirectories(wanted.get(), owner).toRealPath();
            }
            return new LocalFolder(path, wanted.isEmpty(), lock(path));
        } catch (IOException e) {
            String what = wanted.map(Path::toString).orElse("a temporary folder");
            throw new Failure(ExitCode.USAGE, "cannot use " + what + ": " + Json.reason(e), e);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            // The same as held by another.
        }
        if (held == null) {
            ByteBuffer pid = ByteBuffer.allocate(32);
            channel.read(pid, 0);
            channel.close();
            throw new Failure(
                    ExitCode.CONFLICT,
                    path + " is in use by another 'bramble local' (process "
                            + new String(pid.array(), 0, pid.position(), StandardCharsets.UTF_8).strip()
                            + "): stop that one, or use another folder");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
        return channel;
    }

    Path path() {
        return path;
    }

    boolean isTemporary() {
        return isTemporary;
    }

    Path plan() {
        return path.resolve("local.json");
    }

    Path processes() {
        return path.resolve("processes.json");
    }

    /** A child's own folder, made if need be. */
    Path of(String name) {
        Path folder = path.resolve(name);
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot make " + folder + ": " + Json.reason(e), e);
        }
    }

    /** Lets go of it; a temporary one is deleted. */
    @Override
    public void close() {
        try {
            if (isTemporary) {
                delete();
            } else {
                Files.deleteIfExists(processes());
            }
            lock.close();
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot delete " + path + ": " + Json.reason(e), e);
        }
    }

    private void delete() throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
