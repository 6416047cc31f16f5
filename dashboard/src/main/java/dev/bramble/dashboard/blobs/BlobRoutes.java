package dev.bramble.dashboard.blobs;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.UploadLimit;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Bodies;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operations about files that users send. */
public final class BlobRoutes {
    /** Each one is written to two cards at once; more only make each other slow. */
    static final int UPLOADS_AT_ONCE_MAX = 16;

    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    /** The one member of RFC 9530's dictionary that is looked at. */
    private static final Pattern DIGEST = Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/]{43}=):");

    private final long bytesMax;
    private final Semaphore places = new Semaphore(UPLOADS_AT_ONCE_MAX);

    public BlobRoutes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/blobs", UserRole.SUBMITTER, this::upload, "sha256"),
                Route.head("/blobs/{sha256}", UserRole.SUBMITTER, BlobRoutes::has));
    }

    private record Uploaded(String sha256, long sizeBytes, List<String> holders) {}

    private void upload(ApiRequest request) throws IOException {
        Optional<String> announcedSha256 = announcedSha256(request);
        request.idempotencyKey();
        request.check();
        Bodies.requireType(request.context(), CONTENT_TYPE);
        long announcedBytes = request.context().req().getContentLengthLong();
        Limit limit = limit(request, announcedSha256);
        if (announcedBytes > limit.bytesMax()) {
            throw limit.refusal();
        }
        if (!places.tryAcquire()) {
            throw ProblemException.of(
                    Refusal.Kind.LIMIT,
                    "this head is taking " + UPLOADS_AT_ONCE_MAX + " uploads already: try again when one has ended");
        }
        try {
            CheckedUpload bytes =
                    new CheckedUpload(request.context().req().getInputStream(), limit, announcedBytes, announcedSha256);
            Control.UploadedBlob uploaded = take(request, bytes);
            request.act(new Action.HoldBlob(uploaded.blob(), uploaded.sizeBytes(), uploaded.holders()));
            List<String> holders =
                    uploaded.holders().stream().map(NodeId::value).toList();
            request.json(201, new Uploaded(uploaded.blob().sha256(), uploaded.sizeBytes(), holders));
        } finally {
            places.release();
        }
    }

    /** Beyond it nothing is read; {@code refusal} says why. */
    record Limit(long bytesMax, ProblemException refusal) {}

    /** By what one file may have, and what this user may still leave here; what is announced and here costs nothing. */
    private Limit limit(ApiRequest request, Optional<String> announcedSha256) {
        long fileMax = Math.min(bytesMax, request.read(Views::uploadBytesMax));
        UploadLimit ofUser = request.read(views -> views.uploadLimit(request.principal()));
        boolean isHere = announcedSha256.isPresent()
                && request.read(views -> views.has(request.principal(), new BlobId(announcedSha256.get())));
        return isHere || fileMax <= ofUser.bytesLeft()
                ? new Limit(
                        fileMax,
                        ProblemException.tooLarge("the file is larger than the " + fileMax
                                + " bytes that may be uploaded here: split it"))
                : new Limit(ofUser.bytesLeft(), ProblemException.of(Refusal.Kind.LIMIT, ofUser.sentence()));
    }

    /** What is wrong with the upload itself is said first: it is the cause, whatever the storing made of it. */
    private static Control.UploadedBlob take(ApiRequest request, CheckedUpload bytes) throws IOException {
        try {
            Control.UploadedBlob uploaded = request.control().upload(bytes);
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

    private static Optional<String> announcedSha256(ApiRequest request) {
        Optional<String> query = request.query("sha256");
        if (query.isPresent() && !SHA256.matcher(query.get()).matches()) {
            request.wrong("sha256", "is not a hash: give 64 hexadecimal digits in lower case");
        }
        String header = request.context().header("Repr-Digest");
        if (header == null) {
            return query;
        }
        Matcher digest = DIGEST.matcher(header);
        if (!digest.find()) {
            request.wrong("Repr-Digest", "has no SHA-256: give sha-256=:BASE64:");
            return query;
        }
        String sha256 = HexFormat.of().formatHex(Base64.getDecoder().decode(digest.group(1)));
        if (query.isPresent() && !query.get().equals(sha256)) {
            request.wrong("Repr-Digest", "announces another hash than sha256 in the query: give one of them");
        }
        return Optional.of(sha256);
    }

    private static void has(ApiRequest request) {
        String text = request.context().pathParam("sha256");
        if (!SHA256.matcher(text).matches()) {
            request.wrong("sha256", "is not a hash: give 64 hexadecimal digits in lower case");
            request.check();
        }
        BlobId blob = new BlobId(text);
        boolean there = request.read(views -> views.has(request.principal(), blob));
        if (!there) {
            throw ProblemException.of(Refusal.Kind.NOT_FOUND, "there is no file of yours with this hash: upload it");
        }
        request.context().status(200);
    }
}
