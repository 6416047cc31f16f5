package dev.bramble.dashboard.blobs;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.UploadLimit;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Takes users' files in, whichever way they come: checked while they pass through to the nodes. Safe for many. */
public final class Intake {
    /** Each one is written to two cards at once; more only make each other slow. */
    static final int UPLOADS_AT_ONCE_MAX = 16;

    private final long bytesMax;
    private final Semaphore places = new Semaphore(UPLOADS_AT_ONCE_MAX);

    /** @param bytesMax of one file, whatever the bramble's settings allow */
    public Intake(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * Whose file it is.
     *
     * @param act has the leader do something in their name
     */
    public record Giver(Control control, Views.Principal user, Function<Action, Control.Done> act) {}

    /**
     * @param lines as {@code LineFiles} counts them; {@code lineTooLong} the first that is too long for a task, or 0
     */
    public record Taken(BlobId blob, long sizeBytes, long lines, long lineTooLong, List<NodeId> holders) {}

    /** A turn to upload. */
    public interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws ProblemException when too many have one */
    public Place place() {
        if (!places.tryAcquire()) {
            throw ProblemException.of(
                    Refusal.Kind.LIMIT,
                    "this head is taking " + UPLOADS_AT_ONCE_MAX + " uploads already: try again when one has ended");
        }
        return places::release;
    }

    /**
     * Where a file comes from. To open it is to ask the client for it: one that waits to be asked is told a refusal.
     */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /**
     * Brings a file to the nodes and has it belong to its giver. Blocks; only with a {@link #place}.
     *
     * @param source opened only when nothing speaks against the file
     * @param announcedBytes −1 when nobody said
     * @throws ProblemException when nothing of it is kept
     */
    public Taken take(Giver giver, Source source, long announcedBytes, Optional<String> announcedSha256)
            throws IOException {
        Limit limit = limit(giver, announcedSha256);
        if (announcedBytes > limit.bytesMax()) {
            throw limit.refusal();
        }
        CheckedUpload bytes = new CheckedUpload(source.open(), limit, announcedBytes, announcedSha256);
        Control.UploadedBlob uploaded = upload(giver.control(), bytes);
        giver.act().apply(new Action.HoldBlob(uploaded.blob(), uploaded.sizeBytes(), uploaded.holders()));
        return new Taken(
                uploaded.blob(),
                uploaded.sizeBytes(),
                bytes.lines().lines(),
                bytes.lines().tooLong(),
                uploaded.holders());
    }

    /** Beyond it nothing is read; {@code refusal} says why. */
    record Limit(long bytesMax, ProblemException refusal) {}

    private record Known(long fileMax, UploadLimit ofUser, boolean isHere) {}

    /** By what one file may have, and what this user may still leave here; what is announced and here costs nothing. */
    private Limit limit(Giver giver, Optional<String> announcedSha256) {
        Known known = Waiting.await(giver.control()
                .read(
                        0,
                        views -> new Known(
                                Math.min(bytesMax, views.uploadBytesMax()),
                                views.uploadLimit(giver.user()),
                                announcedSha256
                                        .map(BlobId::new)
                                        .filter(blob -> views.has(giver.user(), blob))
                                        .isPresent())));
        return known.isHere() || known.fileMax() <= known.ofUser().bytesLeft()
                ? new Limit(
                        known.fileMax(),
                        ProblemException.tooLarge("the file is larger than the " + known.fileMax()
                                + " bytes that may be uploaded here: split it"))
                : new Limit(
                        known.ofUser().bytesLeft(),
                        ProblemException.of(Refusal.Kind.LIMIT, known.ofUser().sentence()));
    }

    /** What is wrong with the upload itself is said first: it is the cause, whatever the storing made of it. */
    private static Control.UploadedBlob upload(Control control, CheckedUpload bytes) {
        try {
            Control.UploadedBlob uploaded = control.upload(bytes);
            bytes.failure().ifPresent(failure -> {
                throw failure;
            });
            return uploaded;
        } catch (IOException | RuntimeException e) {
            throw bytes.failure().orElseThrow(() -> asProblem(e));
        }
    }

    private static RuntimeException asProblem(Exception e) {
        return switch (e) {
            case RuntimeException runtime -> runtime;
            default ->
                ProblemException.of(
                        Refusal.Kind.UNAVAILABLE,
                        "the upload could not be brought to the nodes, and nothing of it is kept: send it again");
        };
    }
}
