package dev.bramble.ledger;

import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskId;
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
 * @param tasks open tasks whose checkpoint is in it
 */
public record BlobRecord(
        long sizeBytes,
        SortedSet<String> owners,
        SortedSet<NodeId> holders,
        SortedSet<JobId> jobs,
        Optional<Moment> heldUntil,
        Optional<SortedSet<TaskId>> tasks) {

    static BlobRecord empty(long sizeBytes) {
        return new BlobRecord(
                sizeBytes, new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), Optional.empty(), Optional.empty());
    }

    BlobRecord held(Moment until) {
        Moment latest = heldUntil.map(until::orLater).orElse(until);
        return new BlobRecord(sizeBytes, owners, holders, jobs, Optional.of(latest), tasks);
    }

    boolean isNeeded(Moment now) {
        return isOfUse() || heldUntil.isPresent() && now.isBefore(heldUntil.get());
    }

    /** Whether a job or a task needs it. */
    boolean isOfUse() {
        return !jobs.isEmpty() || tasks.isPresent();
    }

    /** With one more or one less task that has its checkpoint in it. */
    BlobRecord withTask(TaskId task, boolean needs) {
        TreeSet<TaskId> all = tasks.map(TreeSet<TaskId>::new).orElseGet(TreeSet::new);
        if (needs) {
            all.add(task);
        } else {
            all.remove(task);
        }
        return new BlobRecord(
                sizeBytes,
                owners,
                holders,
                jobs,
                heldUntil,
                Optional.<SortedSet<TaskId>>of(all).filter(some -> !some.isEmpty()));
    }

    /** As it is now, for a thread other than the state's. */
    public BlobRecord snapshot() {
        return copy();
    }

    BlobRecord copy() {
        return new BlobRecord(
                sizeBytes,
                new TreeSet<>(owners),
                new TreeSet<>(holders),
                new TreeSet<>(jobs),
                heldUntil,
                tasks.map(TreeSet<TaskId>::new));
    }
}
