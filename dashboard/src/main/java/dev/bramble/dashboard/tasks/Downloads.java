package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Sends bytes that tasks made, as a file to save and nothing else. */
final class Downloads {
    static final String CONTENT_TYPE = "application/octet-stream";

    /** What a node's link fills in a few milliseconds; a slow client holds one piece in memory. */
    private static final int PIECE_BYTES = 32 * 1024;

    /** Characters that need no escape in the extended notation of RFC 8187. */
    private static final String PLAIN = "!#$&+-.^_`|~";

    private Downloads() {}

    /** The client reads as fast as it can; the node is read as fast as the client. */
    static void send(ApiRequest request, String name, Output content) throws IOException {
        try (InputStream in = open(request, content)) {
            HttpServletResponse response = request.context().res();
            response.setContentType(CONTENT_TYPE);
            response.setHeader("Content-Disposition", disposition(name));
            // The length tells a client whose download breaks off that it did.
            response.setContentLengthLong(content.sizeBytes());
            copy(in, response.getOutputStream(), content.sizeBytes());
        }
    }

    /** Bytes that are here. */
    static void send(ApiRequest request, String name, byte[] bytes) {
        request.context()
                .header("Content-Disposition", disposition(name))
                .disableCompression()
                .contentType(CONTENT_TYPE)
                .result(bytes);
    }

    /** The bytes from whichever node has them whole; empty when none does. */
    static Optional<InputStream> stream(Control control, Output content) throws IOException {
        return switch (content) {
            case Output.Inline inline -> Optional.of(new ByteArrayInputStream(inline.bytes()));
            case Output.Stored stored -> control.open(stored.blob());
            case Output.Slice slice -> control.open(slice);
            case Output.SegmentLine line -> throw new IllegalArgumentException("a line of a segment is read as a log");
        };
    }

    private static InputStream open(ApiRequest request, Output content) {
        return switch (content) {
            case Output.Inline inline -> new ByteArrayInputStream(inline.bytes());
            case Output.Stored stored ->
                open(request, stored, () -> request.control().open(stored.blob()));
            case Output.Slice slice ->
                open(request, slice.segment(), () -> request.control().open(slice));
            case Output.SegmentLine line -> throw new IllegalArgumentException("a line of a segment is read as a log");
        };
    }

    @FunctionalInterface
    private interface Opening {
        Optional<InputStream> open() throws IOException;
    }

    private static InputStream open(ApiRequest request, Output.Stored stored, Opening opening) {
        try {
            return opening.open().orElseThrow(() -> missing(request, stored));
        } catch (IOException e) {
            throw nodeBrokeOff();
        }
    }

    private static ProblemException missing(ApiRequest request, Output.Stored stored) {
        return Waiting.await(request.control().read(0, views -> views.isLost(stored.blob())))
                ? ProblemException.of(
                        Refusal.Kind.NOT_FOUND,
                        "is lost: no node has a whole copy of it any more (" + stored.blob() + "); run the job again")
                : ProblemException.of(
                        Refusal.Kind.UNAVAILABLE,
                        "no node that is up has a whole copy of this file (" + stored.blob()
                                + "): try again when its nodes are back");
    }

    private static void copy(InputStream in, OutputStream out, long sizeBytes) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long sent = 0;
        for (int got = read(in, piece); got >= 0; got = read(in, piece)) {
            out.write(piece, 0, got);
            sent += got;
        }
        if (sent != sizeBytes) {
            throw nodeBrokeOff();
        }
    }

    private static int read(InputStream in, byte[] piece) {
        try {
            return in.read(piece);
        } catch (IOException e) {
            throw nodeBrokeOff();
        }
    }

    private static ProblemException nodeBrokeOff() {
        return ProblemException.of(
                Refusal.Kind.UNAVAILABLE, "the node that sends this file broke off: try again, another may have it");
    }

    /** Only the last part of the name; as it is for clients that read RFC 8187, and without its rare characters. */
    static String disposition(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        String plain = last.replaceAll("[^A-Za-z0-9._ -]", "_");
        StringBuilder extended = new StringBuilder();
        for (byte b : last.getBytes(StandardCharsets.UTF_8)) {
            boolean asIs = b > 0 && (Character.isLetterOrDigit(b) || PLAIN.indexOf(b) >= 0);
            extended.append(
                    asIs ? (char) b : "%" + HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + extended;
    }
}
