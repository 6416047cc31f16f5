package dev.bramble.ledger;

import java.util.TreeMap;

/** About how many bytes of memory the descriptions of jobs take, by owner. */
final class SpecBytes {
    private final TreeMap<String, Long> byOwner = new TreeMap<>();

    /** @param sign 1 for a job that came, −1 for one that went */
    void count(JobRecord job, int sign) {
        byOwner.merge(
                job.owner(),
                sign * job.spec().heldBytes(),
                (old, more) -> old + more == 0 ? null : (Long) (old + more));
    }

    long all() {
        return byOwner.values().stream().mapToLong(Long::longValue).sum();
    }

    long of(String owner) {
        return byOwner.getOrDefault(owner, 0L);
    }
}
