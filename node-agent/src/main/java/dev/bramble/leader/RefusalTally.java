package dev.bramble.leader;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what was refused until it is worth a record of the audit trail: nobody can flush the trail by being refused.
 * Pure but for what it counts; soft: what a leader has not written down yet goes with it.
 */
final class RefusalTally {
    /** A burst of the same refusal is one record. */
    static final Duration WRITE_EVERY = Duration.ofSeconds(10);
    /** While logins go on being refused their records come ever later: some thirty in a day. */
    static final Duration LOGINS_EVERY_MAX = Duration.ofHours(1);
    /** Different refusals that are counted by themselves at a time; the others share a record. */
    static final int COUNTED_MAX = 32;
    /** Of one record. */
    static final int TIMES_MAX = 1_000_000_000;

    static final String LOG_IN = "log-in";

    private static final String OTHERS = "others";

    private record Key(String user, String credential, String address, String action) {}

    private static final class Counted {
        private final Origin first;
        private final String why;
        private int times;

        Counted(Origin first, String why) {
            this.first = first;
            this.why = why;
        }
    }

    private final Map<Key, Counted> counted = new LinkedHashMap<>();
    private final Map<String, Integer> loginsByName = new LinkedHashMap<>();
    private final Map<String, Integer> loginsByAddress = new LinkedHashMap<>();
    private Origin login;
    private long writtenNanos;
    private long loginsWrittenNanos;
    private long loginsEveryNanos = WRITE_EVERY.toNanos();

    RefusalTally(long nowNanos) {
        writtenNanos = nowNanos - WRITE_EVERY.toNanos();
        loginsWrittenNanos = writtenNanos;
    }

    void add(Origin origin, String why) {
        if (origin.action().equals(LOG_IN)) {
            login = origin;
            count(loginsByName, origin.user());
            count(loginsByAddress, origin.address());
            return;
        }
        Key key = new Key(origin.user(), origin.credential(), origin.address(), origin.action());
        boolean isCounted = counted.containsKey(key) || counted.size() < COUNTED_MAX;
        Key kept = isCounted ? key : new Key(OTHERS, "", "", OTHERS);
        Counted tally = counted.computeIfAbsent(
                kept, any -> new Counted(isCounted ? origin : new Origin(OTHERS, "", "", "", OTHERS, ""), why));
        tally.times = Math.min(TIMES_MAX, tally.times + 1);
    }

    private static void count(Map<String, Integer> times, String key) {
        String kept = times.containsKey(key) || times.size() < COUNTED_MAX ? key : OTHERS;
        times.merge(kept, 1, (one, more) -> Math.min(TIMES_MAX, one + more));
    }

    /** What is to be written now; each is told once. */
    List<Command.Refused> due(long nowNanos) {
        List<Command.Refused> due = new ArrayList<>();
        if (nowNanos - writtenNanos >= WRITE_EVERY.toNanos() && !counted.isEmpty()) {
            counted.values().forEach(tally -> due.add(new Command.Refused(tally.first, tally.why, tally.times)));
            counted.clear();
            writtenNanos = nowNanos;
        }
        long sinceLogins = nowNanos - loginsWrittenNanos;
        if (login != null && sinceLogins >= loginsEveryNanos) {
            boolean isCalm = sinceLogins > 2 * loginsEveryNanos;
            loginsEveryNanos =
                    isCalm ? WRITE_EVERY.toNanos() : Math.min(2 * loginsEveryNanos, LOGINS_EVERY_MAX.toNanos());
            loginsWrittenNanos = nowNanos;
            due.add(logins());
        }
        return due;
    }

    private Command.Refused logins() {
        boolean isOneName = loginsByName.size() == 1;
        boolean isOneAddress = loginsByAddress.size() == 1;
        int times = loginsByName.values().stream().mapToInt(count -> count).sum();
        Origin origin = new Origin(
                isOneName ? login.user() : OTHERS,
                "",
                login.head(),
                isOneAddress ? login.address() : OTHERS,
                LOG_IN,
                "");
        String why = "a wrong name or password" + (isOneName && isOneAddress ? "" : ": " + spread());
        loginsByName.clear();
        loginsByAddress.clear();
        login = null;
        return new Command.Refused(origin, why, times);
    }

    private String spread() {
        return "for " + list(loginsByName) + "; from " + list(loginsByAddress);
    }

    private static String list(Map<String, Integer> times) {
        return String.join(
                        ", ",
                        times.entrySet().stream()
                                .sorted(Map.Entry.<String, Integer>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                                .limit(8)
                                .map(each -> each.getKey() + " (" + each.getValue() + ")")
                                .toList())
                + (times.size() > 8 ? " and " + (times.size() - 8) + " more" : "");
    }
}
