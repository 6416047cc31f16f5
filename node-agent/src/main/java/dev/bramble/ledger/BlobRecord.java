package dev.bramble.ledger;

import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who holds a blob and who needs it.
 *
 * @param owners users who uploaded it or whose jobs made it
 * @param holders nodes with a flushed copy
 * @param jobs jobs that need it
 * @param heldUntil kept until then without a job
 */
public record BlobRecord(
        long sizeBytes,
        SortedSet<String> owners,
        SortedSet<NodeId> holders,
        SortedSet<JobId> jobs,
        Optional<Moment> heldUntil) {

    static BlobRecord empty(long sizeBytes) {
        return new BlobRecord(sizeBytes, new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), Optional.empty());
    }

    BlobRecord held(Moment until) {
        Moment latest = heldUntil.map(until::orLater).orElse(until);
        return new BlobRecord(sizeBytes, owners, holders, jobs, Optional.of(latest));
    }

    boolean isNeeded(Moment now) {
        return !jobs.isEmpty() || heldUntil.isPresent() && now.isBefore(heldUntil.get());
    }

    /** As it is now, for a thread other than the state's. */
    public BlobRecord snapshot() {
        return copy();
    }

    BlobRecord copy() {
        return new BlobRecord(sizeBytes, new TreeSet<>(owners), new TreeSet<>(holders), new TreeSet<>(jobs), heldUntil);
    }
}
