package dev.bramble.worker.process;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Deletes folders that tasks have filled, one at a time, in the background.
 *
 * <p>A task may leave folders deeper than any path, folders without permissions, and links that lead elsewhere. So each
 * folder inside is first moved up to the top of the trash and emptied from there: no path grows, nothing recurses, and
 * no link is followed. What a crash interrupts is gone at the next start, since all of it lies in the trash.
 */
final class Trash implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Trash.class.getName());
    /** More ended attempts than a node has within minutes; what does not fit is deleted at the next start. */
    private static final int WAITING_MAX = 100_000;

    /** Folders moved up before some are deleted: one with a million folders in it must not fill the memory. */
    private static final int MOVED_UP_MAX = 10_000;

    private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwx------");

    private final Path folder;
    private final ThreadPoolExecutor deleter;
    private long moved;

    /** @param folder exists; what is in it is deleted */
    Trash(Path folder) throws IOException {
        this.folder = folder;
        deleter = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), task -> {
            Thread thread = new Thread(task, "attempt-trash");
            thread.setDaemon(true);
            return thread;
        });
        deleter.allowCoreThreadTimeOut(true);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (Path path : left) {
                moved = Math.max(moved, number(path) + 1);
                throwAway(path);
            }
        }
    }

    /** Moves {@code path}, on the same file system, into the trash at once, and deletes it later. */
    synchronized void take(Path path) throws IOException {
        Path place = folder.resolve(Long.toString(moved++));
        try {
            Files.move(path, place);
        } catch (NoSuchFileException alreadyGone) {
            // Its keeper was faster.
            return;
        }
        throwAway(place);
    }

    /** Deletes {@code path} later. */
    void throwAway(Path path) {
        try {
            deleter.execute(() -> delete(path));
        } catch (RejectedExecutionException full) {
            // It waits for the next start.
        }
    }

    private void delete(Path path) {
        Deque<Path> rest = new ArrayDeque<>();
        rest.push(path);
        while (!rest.isEmpty() && !Thread.currentThread().isInterrupted()) {
            Path next = rest.peek();
            try {
                if (remove(next) || !moveContentsUp(next, rest)) {
                    rest.pop();
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot delete {0}, left by a task: {1}", new Object[] {next, e});
                rest.pop();
            }
        }
    }

    /** True when it is gone; false for a folder with something in it. */
    private static boolean remove(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** Deletes what is in {@code parent}, moving its folders aside. False when it is empty or cannot be emptied. */
    private boolean moveContentsUp(Path parent, Deque<Path> rest) throws IOException {
        Files.setPosixFilePermissions(parent, OPEN);
        boolean progress = false;
        try (DirectoryStream<Path> contents = Files.newDirectoryStream(parent)) {
            for (Path path : contents) {
                if (!remove(path)) {
                    Files.setPosixFilePermissions(path, OPEN);
                    Path place = nextPlace();
                    Files.move(path, place);
                    rest.push(place);
                }
                progress = true;
                if (rest.size() > MOVED_UP_MAX) {
                    break;
                }
            }
        } catch (NoSuchFileException gone) {
            return false;
        }
        return progress;
    }

    private synchronized Path nextPlace() {
        return folder.resolve(Long.toString(moved++));
    }

    private static long number(Path path) {
        String name = path.getFileName().toString();
        return name.matches("[0-9]{1,18}") ? Long.parseLong(name) : 0;
    }

    /** Ends what is being deleted; the rest is deleted at the next start. */
    @Override
    public void close() {
        deleter.shutdownNow();
    }
}
