package dev.bramble.store.disk;

import dev.bramble.model.BlobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which copies were found whole lately, so that a thousand tasks that read one file hash it once. */
final class CheckedCopies {
    /**
     * A card that rots does so over months; an hour keeps a job of hours from reading its input from a copy that has
     * gone bad since its first task.
     */
    private static final Duration GOOD_FOR = Duration.ofHours(1);
    /** Some hundred bytes each; the oldest is forgotten and hashed again. */
    private static final int REMEMBERED_MAX = 4096;

    private final Map<BlobId, Whole> whole = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BlobId, Whole> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    /** What a file looks like from outside: it changes when somebody writes to it. */
    record Seen(Object fileKey, long sizeBytes, FileTime modified) {}

    private record Whole(Seen seen, long nanos) {}

    /** Empty when there is no such file. */
    static Optional<Seen> look(Path file) {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Seen(is.fileKey(), is.size(), is.lastModifiedTime()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    synchronized void isWhole(BlobId blob, Path file) {
        look(file).ifPresent(seen -> isWhole(blob, seen));
    }

    synchronized void isWhole(BlobId blob, Seen seen) {
        whole.put(blob, new Whole(seen, System.nanoTime()));
    }

    synchronized boolean wasWhole(BlobId blob, Seen seen) {
        Whole known = whole.get(blob);
        return known != null && known.seen.equals(seen) && System.nanoTime() - known.nanos < GOOD_FOR.toNanos();
    }
}
