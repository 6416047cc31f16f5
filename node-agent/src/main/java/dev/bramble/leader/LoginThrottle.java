package dev.bramble.leader;

import dev.bramble.model.ClientNetwork;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down whoever guesses passwords: by the user that is tried, whichever head and address the guesses come from,
 * and by the address, whichever users are tried. Event loop; soft: a new leader knows nothing of it.
 *
 * <p>A guess counts before its password is looked at, so that many at once are not looked at all together. Where a user
 * has been let in from lately, guesses of others at the same name do not keep them out.
 */
final class LoginThrottle {
    /** Mistakes at one name that cost nothing: somebody who tries to remember. */
    static final int FREE_BY_USER = 5;
    /** A few people behind one address may each mistype some. */
    static final int FREE_BY_ADDRESS = 10;
    /** The wait after the first failure that is not free; it doubles with each further one. */
    static final Duration WAIT_FIRST = Duration.ofSeconds(1);
    /** A thousand guesses take three days, and whoever is locked out by them waits no longer than for a coffee. */
    static final Duration WAIT_MAX = Duration.ofMinutes(5);
    /** After that time without a failure one starts afresh. */
    static final Duration FORGET_AFTER = Duration.ofMinutes(30);
    /** Names and addresses remembered, of each, those not seen for longest dropped first: some 300 kB. */
    static final int REMEMBERED_MAX = 2048;

    private final Failures byUser = new Failures(FREE_BY_USER);
    private final Failures byAddress = new Failures(FREE_BY_ADDRESS);
    private final Map<String, Long> provenAtNanos = bounded();

    private static <T> Map<String, T> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > REMEMBERED_MAX;
            }
        };
    }

    /** Seconds that a guess at {@code user} from {@code address} must wait; 0 when it need not. */
    int waitSeconds(String user, String address, long nowNanos) {
        String network = ClientNetwork.of(address);
        long userWait = isProven(user, network, nowNanos) ? 0 : byUser.waitNanos(user, nowNanos);
        long wait = Math.max(userWait, byAddress.waitNanos(network, nowNanos));
        return (int) Math.ceilDiv(wait, Duration.ofSeconds(1).toNanos());
    }

    /** A guess begins; it fails unless {@link #succeeded} says otherwise. */
    void tried(String user, String address, long nowNanos) {
        byUser.add(user, nowNanos);
        byAddress.add(ClientNetwork.of(address), nowNanos);
    }

    void succeeded(String user, String address, long nowNanos) {
        String network = ClientNetwork.of(address);
        byUser.forget(user);
        byAddress.takeBack(network);
        provenAtNanos.put(key(user, network), nowNanos);
    }

    private boolean isProven(String user, String network, long nowNanos) {
        Long at = provenAtNanos.get(key(user, network));
        return at != null && nowNanos - at < Duration.ofDays(1).toNanos();
    }

    private static String key(String user, String network) {
        return user + "\n" + network;
    }

    /** Of one kind of key. */
    private static final class Failures {
        private record Counted(int count, long lastNanos, long blockedUntilNanos) {}

        private final int free;
        private final Map<String, Counted> byKey = bounded();

        Failures(int free) {
            this.free = free;
        }

        long waitNanos(String key, long nowNanos) {
            Counted known = byKey.get(key);
            return known == null ? 0 : Math.max(0, known.blockedUntilNanos() - nowNanos);
        }

        void add(String key, long nowNanos) {
            Counted before = byKey.get(key);
            boolean isAfresh = before == null || nowNanos - before.lastNanos() > FORGET_AFTER.toNanos();
            int count = isAfresh ? 1 : before.count() + 1;
            byKey.put(key, new Counted(count, nowNanos, nowNanos + waitAfter(count)));
        }

        private long waitAfter(int failures) {
            if (failures <= free) {
                return 0;
            }
            int doublings = Math.min(failures - free - 1, 16);
            return Math.min(WAIT_FIRST.toNanos() << doublings, WAIT_MAX.toNanos());
        }

        void takeBack(String key) {
            byKey.computeIfPresent(
                    key,
                    (same, known) -> known.count() == 1
                            ? null
                            : new Counted(known.count() - 1, known.lastNanos(), known.lastNanos()));
        }

        void forget(String key) {
            byKey.remove(key);
        }
    }
}
