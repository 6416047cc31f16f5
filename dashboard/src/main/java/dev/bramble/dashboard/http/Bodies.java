package dev.bramble.dashboard.http;

import dev.bramble.model.CutText;
import dev.bramble.model.Problem;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Small request bodies, held in memory: each with a limit of size and of time. */
public final class Bodies {
    /** For bodies of a few fields. */
    public static final int FIELDS_BYTES_MAX = 64 * 1024;
    /**
     * A body of the largest size over a 2 Mbit/s line takes 16 s; who needs longer than this holds a connection for
     * nothing.
     */
    static final Duration READ_MAX = Duration.ofSeconds(60);

    private static final int PIECE_BYTES = 8 * 1024;

    private Bodies() {}

    /** Refuses a body of another type than {@code type}. */
    public static void requireType(Context context, String type) {
        String given = context.contentType() == null ? "" : context.contentType();
        String bare = given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!bare.equals(type)) {
            throw ProblemException.unsupportedMediaType("the body's Content-Type is "
                    + (given.isEmpty() ? "missing" : "'" + given + "'") + ": send " + type);
        }
    }

    /** The whole body; takes as long as the client does, so not within {@link Places#run}. */
    public static byte[] read(Context context, int bytesMax) {
        long declared = context.req().getContentLengthLong();
        if (declared > bytesMax) {
            throw tooLarge(bytesMax);
        }
        long deadlineNanos = System.nanoTime() + READ_MAX.toNanos();
        ByteArrayOutputStream whole = new ByteArrayOutputStream((int) Math.max(declared, 512));
        byte[] piece = new byte[PIECE_BYTES];
        try {
            InputStream in = context.req().getInputStream();
            for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
                whole.write(piece, 0, got);
                if (whole.size() > bytesMax) {
                    throw tooLarge(bytesMax);
                }
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw ProblemException.unreadable(
                            "the body did not arrive within " + READ_MAX.toSeconds() + " s: send it again", List.of());
                }
            }
        } catch (IOException e) {
            throw ProblemException.unreadable(
                    "the body ended after " + whole.size() + " bytes, before it was complete: send it again",
                    List.of());
        }
        return whole.toByteArray();
    }

    /** A JSON document, and nothing after it. */
    public static JsonNode json(byte[] body) {
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            if (tree == null || tree.isMissingNode()) {
                throw ProblemException.unreadable("the body is empty: send a JSON object", List.of());
            }
            return tree;
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    /** What is wrong with a text that is not JSON, without any of the text. */
    public static ProblemException notJson(JacksonException e) {
        String place = e.getLocation() == null
                ? ""
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        String sentence = firstSentence(e.getOriginalMessage());
        return ProblemException.unreadable(
                "the body is not JSON that can be read: " + sentence + (place.isEmpty() ? "" : " (" + place + ")"),
                List.of(new Problem(place, sentence)));
    }

    private static String firstSentence(String message) {
        String line = message.lines().findFirst().orElse("it cannot be parsed").strip();
        return CutText.shortened(line, 201);
    }

    private static ProblemException tooLarge(int bytesMax) {
        return ProblemException.tooLarge("the body is larger than the " + bytesMax + " bytes accepted here: send less");
    }
}
