package dev.bramble.dashboard.http;

import io.javalin.http.Context;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names for requests, so that an error that a user sees can be found in the log. */
final class RequestIds {
    static final String HEADER = "Request-Id";

    private static final String ATTRIBUTE = "bramble.request-id";

    private RequestIds() {}

    /** 64 random bits: unique among the lines of a log, secret of nothing. */
    static String next() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    static String of(Context context) {
        String known = context.attribute(ATTRIBUTE);
        if (known != null) {
            return known;
        }
        String fresh = next();
        context.attribute(ATTRIBUTE, fresh);
        return fresh;
    }
}
