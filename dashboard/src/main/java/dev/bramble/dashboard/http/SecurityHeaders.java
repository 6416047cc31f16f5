package dev.bramble.dashboard.http;

import java.util.Map;

/** Headers that every response carries, so that a browser does no more with it than it must. */
final class SecurityHeaders {
    /** Nothing but this head's own files; no inline script or style; in nobody's frame. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /**
     * There is no Strict-Transport-Security: a head's certificate is its own, and may be replaced. The referrer stays
     * on this head; without any, browsers would not say in a form's Origin where it comes from.
     */
    static final Map<String, String> ALL = Map.of(
            "Content-Security-Policy", CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "same-origin",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()",
            "Cache-Control", "no-store");

    private SecurityHeaders() {}
}
