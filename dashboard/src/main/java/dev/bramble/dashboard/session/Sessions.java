package dev.bramble.dashboard.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Tokens by the random name of a browser's session. Safe for many threads. Soft: a restart forgets it. */
public final class Sessions {
    /** A working day; then the token must be given again. */
    static final Duration LENGTH_MAX = Duration.ofHours(12);
    /** More than there are people at a bramble; the session not used for longest ends first. */
    static final int SESSIONS_MAX = 256;

    private static final int NAME_BYTES = 32;

    private record Session(String credential, long sinceNanos) {}

    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> byName = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
            return size() > SESSIONS_MAX;
        }
    };

    /** @param nanos a monotonic clock */
    public Sessions(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Begins a session; always with a new name, so that nobody can plant one. */
    synchronized String begin(String credential) {
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(name);
        byName.put(text, new Session(credential, nanos.getAsLong()));
        return text;
    }

    synchronized Optional<String> credential(String name) {
        Session session = byName.get(name);
        if (session == null) {
            return Optional.empty();
        }
        if (nanos.getAsLong() - session.sinceNanos() > LENGTH_MAX.toNanos()) {
            byName.remove(name);
            return Optional.empty();
        }
        return Optional.of(session.credential());
    }

    synchronized void end(String name) {
        byName.remove(name);
    }
}
