package dev.bramble.dashboard.http;

import dev.bramble.model.UserRole;
import io.javalin.http.HandlerType;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An operation of the interface.
 *
 * @param path beneath {@link #ROOT}; {@code {x}} stands for one part, {@code <x>} for one or more
 * @param role the least role; empty for everyone, even without a token
 * @param query parameters that it reads; any other is a mistake of the caller
 */
public record Route(HandlerType method, String path, Optional<UserRole> role, Set<String> query, ApiHandler handler) {
    public static final String ROOT = "/api/v1";

    /** Reads of the bramble may ask to include a write. */
    static final String AFTER = "after";

    /** Reads of a job may wait for its end. */
    public static final String WAIT_MILLIS = "waitMillis";

    /** Answers a request; blocks as long as it takes. */
    @FunctionalInterface
    public interface ApiHandler {
        void handle(ApiRequest request) throws Exception;
    }

    /** A read of the bramble. */
    public static Route get(String path, UserRole role, ApiHandler handler, String... query) {
        return new Route(HandlerType.GET, path, Optional.of(role), withAfter(query), handler);
    }

    /** A read of the bramble without a body in its answer. */
    public static Route head(String path, UserRole role, ApiHandler handler) {
        return new Route(HandlerType.HEAD, path, Optional.of(role), withAfter(), handler);
    }

    public static Route post(String path, UserRole role, ApiHandler handler, String... query) {
        return new Route(HandlerType.POST, path, Optional.of(role), Set.of(query), handler);
    }

    public static Route put(String path, UserRole role, ApiHandler handler) {
        return new Route(HandlerType.PUT, path, Optional.of(role), Set.of(), handler);
    }

    public static Route delete(String path, UserRole role, ApiHandler handler) {
        return new Route(HandlerType.DELETE, path, Optional.of(role), Set.of(), handler);
    }

    public static Route patch(String path, UserRole role, ApiHandler handler) {
        return new Route(HandlerType.PATCH, path, Optional.of(role), Set.of(), handler);
    }

    /** For whoever has no credential yet. */
    public static Route open(HandlerType method, String path, ApiHandler handler) {
        return new Route(method, path, Optional.empty(), Set.of(), handler);
    }

    /** Whether it goes on for as long as somebody listens. */
    boolean isStream() {
        return path.endsWith("/stream");
    }

    /** What the audit trail calls it. */
    String word() {
        return method.name().toLowerCase(Locale.ROOT) + " " + path;
    }

    /** Something about the head or the caller, which no write changes. */
    public static Route about(String path, Optional<UserRole> role, ApiHandler handler) {
        return new Route(HandlerType.GET, path, role, Set.of(), handler);
    }

    private static Set<String> withAfter(String... query) {
        Set<String> all = new java.util.HashSet<>(Set.of(query));
        all.add(AFTER);
        return Set.copyOf(all);
    }
}
