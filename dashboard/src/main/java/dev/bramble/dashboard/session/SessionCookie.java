package dev.bramble.dashboard.session;

import io.javalin.http.Context;
import java.time.Duration;

/** The cookie with a session's secret: for this head only, out of reach of scripts and of other sites. */
final class SessionCookie {
    /** The prefix makes a browser insist on HTTPS and on this very host; without HTTPS it would refuse the cookie. */
    private static final String NAME_SECURE = "__Host-bramble";

    private static final String NAME_PLAIN = "bramble";

    /** As long as a session is at the most; the bramble ends it sooner. */
    private static final Duration LENGTH_MAX = Duration.ofHours(12);

    private SessionCookie() {}

    /** Null when there is none. */
    static String read(Context context) {
        return context.cookie(name(context));
    }

    static void set(Context context, String value) {
        write(context, value, LENGTH_MAX.toSeconds());
    }

    static void clear(Context context) {
        write(context, "", 0);
    }

    private static void write(Context context, String value, long seconds) {
        String secure = context.req().isSecure() ? "; Secure" : "";
        context.res()
                .addHeader(
                        "Set-Cookie",
                        name(context) + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                                + secure);
    }

    private static String name(Context context) {
        return context.req().isSecure() ? NAME_SECURE : NAME_PLAIN;
    }
}
