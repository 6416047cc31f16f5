package dev.bramble.dashboard.http;

import dev.bramble.model.ClientNetwork;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slows down whoever tries wrong tokens, by the address of the connection (never by what a header claims).
 *
 * <p>A token has 256 random bits and cannot be guessed; this keeps a flood of guesses, or a forgotten script with an
 * old token, from costing more than it should. A credential that has just been right passes in any case, so that one
 * such script does not lock out the others behind the same address. Safe for many threads. Soft: a restart forgets it.
 */
final class Throttle {
    /** Mistakes that cost nothing: a person who pastes the wrong token a few times must not have to wait. */
    static final int FREE_FAILURES = 10;
    /** The wait after the first failure that is not free; it doubles with each further one. */
    static final Duration WAIT_FIRST = Duration.ofSeconds(1);
    /** Long enough to make guessing pointless, short enough to sit out. */
    static final Duration WAIT_MAX = Duration.ofMinutes(1);
    /** After that time without a failure an address starts afresh. */
    static final Duration FORGET_AFTER = Duration.ofMinutes(10);
    /** Addresses remembered, the least recently seen dropped first: about 1 MB. */
    static final int ADDRESSES_MAX = 4096;
    /** Credentials remembered as right, as hashes: more than a bramble has users. */
    static final int PROVEN_MAX = 1024;

    private record Failures(int count, long lastNanos, long blockedUntilNanos) {}

    private final LongSupplier nanos;
    private final Map<String, Failures> failuresByAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > ADDRESSES_MAX;
        }
    };
    private final Map<String, Boolean> proven = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > PROVEN_MAX;
        }
    };

    /** @param nanos a monotonic clock */
    Throttle(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Seconds that this address must wait before this credential is looked at; 0 when it need not. */
    synchronized int waitSeconds(String address, String credential) {
        Failures failures = failuresByAddress.get(ClientNetwork.of(address));
        if (failures == null || proven.get(hash(credential)) != null) {
            return 0;
        }
        long waitNanos = failures.blockedUntilNanos() - nanos.getAsLong();
        return waitNanos <= 0
                ? 0
                : (int) Math.ceilDiv(waitNanos, Duration.ofSeconds(1).toNanos());
    }

    synchronized void failed(String address, String credential) {
        proven.remove(hash(credential));
        long now = nanos.getAsLong();
        Failures before = failuresByAddress.get(ClientNetwork.of(address));
        boolean afresh = before == null || now - before.lastNanos() > FORGET_AFTER.toNanos();
        int count = afresh ? 1 : before.count() + 1;
        failuresByAddress.put(
                ClientNetwork.of(address),
                new Failures(count, now, now + waitAfter(count).toNanos()));
    }

    synchronized void succeeded(String credential) {
        proven.put(hash(credential), true);
    }

    private static Duration waitAfter(int failures) {
        if (failures <= FREE_FAILURES) {
            return Duration.ZERO;
        }
        int doublings = Math.min(failures - FREE_FAILURES - 1, 16);
        Duration wait = WAIT_FIRST.multipliedBy(1L << doublings);
        return wait.compareTo(WAIT_MAX) < 0 ? wait : WAIT_MAX;
    }

    private static String hash(String credential) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
