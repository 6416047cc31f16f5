package dev.bramble.dashboard.http;

import dev.bramble.model.Refusal;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses what another site had a visitor's browser send. The cookie is {@code SameSite=Strict} and stays at home then;
 * this is the second lock, and the one on the login form, which needs no cookie. Browsers say where a request comes
 * from in {@code Sec-Fetch-Site}, and all of them in {@code Origin} when it changes something; a page can forge neither
 * (OWASP's cheat sheet on CSRF, "Fetch Metadata" and "Verifying Origin").
 */
public final class OwnSite {
    private OwnSite() {}

    /** @throws ProblemException unless the request comes from a page of this very head */
    public static void require(Context context) {
        if (isForeign(context)) {
            throw ProblemException.of(
                    Refusal.Kind.FORBIDDEN, "this form was sent from another site: open this head's own page");
        }
        if (!saysFromWhere(context)) {
            throw ProblemException.of(
                    Refusal.Kind.FORBIDDEN,
                    "this form does not say which page it comes from: use a browser of this decade, or a program and"
                            + " the interface under " + Route.ROOT);
        }
    }

    /** Whether the request says that it comes from a page of this very head. */
    static boolean is(Context context) {
        return saysFromWhere(context) && !isForeign(context);
    }

    private static boolean saysFromWhere(Context context) {
        return context.header("Sec-Fetch-Site") != null || context.header("Origin") != null;
    }

    private static boolean isForeign(Context context) {
        Optional<String> site = Optional.ofNullable(context.header("Sec-Fetch-Site"));
        Optional<String> origin = Optional.ofNullable(context.header("Origin"));
        return site.filter(from -> !Set.of("same-origin", "none").contains(from))
                        .isPresent()
                || origin.filter(from -> !from.equals(originOf(context.req()))).isPresent();
    }

    /** As browsers write it. Not from the Host header: HTTP/2 has none. */
    private static String originOf(HttpServletRequest request) {
        int port = request.getServerPort();
        boolean isDefault = port == (request.isSecure() ? 443 : 80);
        return request.getScheme() + "://" + request.getServerName() + (isDefault ? "" : ":" + port);
    }
}
