package dev.bramble.ledger;

import dev.bramble.model.AttemptId;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * To whom each task of an exclusive job was granted last, until the ledger has what that attempt came to. As many as
 * attempts were under way at once. They outlive a cancellation and a retry, since an attempt may do so, too. Changed by
 * {@link JobRecord} only.
 */
final class ExclusiveGrants {
    private final TreeMap<Integer, ExclusiveGrant> last;

    ExclusiveGrants(Map<Integer, ExclusiveGrant> image) {
        last = new TreeMap<>(image);
    }

    Map<Integer, ExclusiveGrant> image() {
        return new TreeMap<>(last);
    }

    SortedMap<Integer, ExclusiveGrant> all() {
        return Collections.unmodifiableSortedMap(last);
    }

    Optional<ExclusiveGrant> of(int task) {
        return Optional.ofNullable(last.get(task));
    }

    /** A later grant takes the place of an earlier one, never the other way round. */
    void put(int task, ExclusiveGrant grant) {
        last.merge(task, grant, (old, next) -> old.attempt().compareTo(next.attempt()) < 0 ? next : old);
    }

    /** The attempt is over: nobody has to wait for its end. */
    void ended(int task, AttemptId attempt) {
        last.computeIfPresent(task, (index, grant) -> grant.attempt().equals(attempt) ? null : grant);
    }
}
