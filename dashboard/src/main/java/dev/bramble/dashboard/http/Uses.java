package dev.bramble.dashboard.http;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells the leader that somebody uses a token or a session, so that it is seen when it was last used, and a session
 * that is used goes on. Not for streams: a page that is left open is no use. Safe for many threads; soft.
 */
public final class Uses {
    /** A little more often than the leader writes it down, so that each of its times has a use in it. */
    static final Duration TELL_EVERY = Duration.ofMinutes(4);
    /** Tokens remembered as told; another is told sooner again, which costs a message. */
    static final int REMEMBERED_MAX = 1024;

    private final Control control;
    private final LongSupplier nanos;
    private final Map<String, Long> toldAtNanos = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    /** @param nanos a monotonic clock */
    public Uses(Control control, LongSupplier nanos) {
        this.control = control;
        this.nanos = nanos;
    }

    /** Somebody has used it just now. Does not wait; when nobody hears it, the next use is told. */
    public void note(String tokenId, String credential, String address) {
        if (isDue(tokenId)) {
            control.act(credential, new Action.NoteUse(), address).exceptionally(unheard -> {
                forget(tokenId);
                return null;
            });
        }
    }

    private synchronized boolean isDue(String tokenId) {
        Long told = toldAtNanos.get(tokenId);
        boolean isDue = told == null || nanos.getAsLong() - told > TELL_EVERY.toNanos();
        if (isDue) {
            toldAtNanos.put(tokenId, nanos.getAsLong());
        }
        return isDue;
    }

    private synchronized void forget(String tokenId) {
        toldAtNanos.remove(tokenId);
    }
}
