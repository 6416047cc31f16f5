package dev.bramble.dashboard.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A folder that tasks can see: not under /tmp, since each task has a /tmp of its own, and open to any user. */
final class OpenFolder implements AutoCloseable {
    private final Path path;

    OpenFolder() throws IOException {
        List<Path> candidates =
                List.of(Path.of("target").toAbsolutePath(), Path.of("/srv"), Path.of(System.getProperty("user.home")));
        Path candidate = candidates.stream()
                .filter(OpenFolder::suits)
                .findFirst()
                .orElseThrow(() -> new TestAbortedException("tasks have a /tmp of their own, and none of " + candidates
                        + " can be seen by them: clone elsewhere"));
        path = Files.createTempDirectory(candidate, "bramble-marks-");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static boolean suits(Path folder) {
        boolean isPrivate = Stream.of("/tmp", "/var/tmp", "/dev/shm").anyMatch(folder::startsWith);
        if (isPrivate || !Files.isWritable(folder)) {
            return false;
        }
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        for (Path part = folder; isRoot && part != null; part = part.getParent()) {
            if (!isOpen(part)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOpen(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException gone) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /** A file that any task may append to. */
    Path file(String name) throws IOException {
        Path file = Files.createFile(path.resolve(name));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        return file;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(path);
    }
}
