package dev.bramble.dashboard.blobs;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operations about files that users send. */
public final class BlobRoutes {
    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    /** The one member of RFC 9530's dictionary that is looked at. */
    private static final Pattern DIGEST = Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/]{43}=):");

    private final Intake intake;

    public BlobRoutes(Intake intake) {
        this.intake = intake;
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/blobs", UserRole.SUBMITTER, this::upload, "sha256"),
                Route.head("/blobs/{sha256}", UserRole.SUBMITTER, BlobRoutes::has));
    }

    private record Uploaded(String sha256, long sizeBytes, long lines, List<String> holders) {}

    private void upload(ApiRequest request) throws IOException {
        Optional<String> announcedSha256 = announcedSha256(request);
        request.idempotencyKey();
        request.check();
        Bodies.requireType(request.context(), CONTENT_TYPE);
        long announcedBytes = request.context().req().getContentLengthLong();
        try (Intake.Place _ = intake.place()) {
            Intake.Taken taken = intake.take(
                    new Intake.Giver(request.control(), request.principal(), request::act),
                    request.context().req()::getInputStream,
                    announcedBytes,
                    announcedSha256);
            List<String> holders = taken.holders().stream().map(NodeId::value).toList();
            request.json(201, new Uploaded(taken.blob().sha256(), taken.sizeBytes(), taken.lines(), holders));
        }
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
