package dev.bramble.cli.submit;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.model.BlobId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Brings the files of a job to the bramble: those that it does not have yet. */
public final class Uploads {
    /**
     * Hides the round trips of many small files; two large ones already fill a gigabit link and the cards behind it.
     */
    private static final int AT_ONCE = 4;
    /** Below it an upload takes less than a second anywhere, and a bar would only flicker. */
    private static final long PROGRESS_BYTES_MIN = 4L << 20;

    private final Conversation bramble;
    private final ProgressLine progress;
    private final Pace pace;
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicLong totalBytes = new AtomicLong();

    public Uploads(Conversation bramble, ProgressLine progress, Pace pace) {
        this.bramble = bramble;
        this.progress = progress;
        this.pace = pace;
    }

    /** What was done. */
    public record Sent(int files, long bytes) {}

    public Sent send(Map<BlobId, Path> files, Map<BlobId, Long> sizes) {
        AtomicLong count = new AtomicLong();
        try (ExecutorService executor =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<?>> running = new ArrayList<>();
            files.forEach((blob, path) -> running.add(executor.submit(() -> {
                if (!bramble.exists("/blobs/" + blob)) {
                    send(blob, path, sizes.get(blob));
                    count.incrementAndGet();
                }
            })));
            for (Future<?> one : running) {
                try {
                    one.get();
                } catch (ExecutionException | InterruptedException e) {
                    executor.shutdownNow();
                    throw e.getCause() instanceof Failure failure
                            ? failure
                            : new IllegalStateException("an upload ended oddly", e);
                }
            }
        } finally {
            progress.clear();
        }
        return new Sent(count.intValue(), totalBytes.get());
    }

    private void send(BlobId blob, Path path, long size) {
        totalBytes.addAndGet(size);
        AtomicLong ofThis = new AtomicLong();
        bramble.upload("/blobs?sha256=" + blob, path, blob, size, sent -> {
            sentBytes.addAndGet(sent - ofThis.getAndSet(sent));
            show();
        });
    }

    private void show() {
        long total = totalBytes.get();
        if (total >= PROGRESS_BYTES_MIN) {
            long sent = sentBytes.get();
            progress.show(
                    (double) sent / total,
                    List.of("uploading " + Human.size(sent) + " of " + Human.size(total)),
                    Long.toString(sent),
                    pace.nanos());
        }
    }
}
