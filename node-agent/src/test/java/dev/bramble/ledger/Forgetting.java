package dev.bramble.ledger;

import dev.bramble.model.TaskId;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/** Makes a state forget a task's success: for planting the defect that the ledger exists to prevent. */
public final class Forgetting {
    private Forgetting() {}

    /** The state of {@code replica} without the success of {@code task}. */
    public static void success(Replica replica, EntryCodec codec, TaskId task) {
        LedgerImage image = replica.state().image();
        List<JobRecord.Image> jobs = image.jobs().stream()
                .map(job -> job.id().equals(task.job()) ? without(job, task.index()) : job)
                .toList();
        LedgerImage forgetful = new LedgerImage(
                image.ledger(),
                image.brambleName(),
                image.authorityPem(),
                image.now(),
                image.nextJob(),
                image.calendarOffsetMillis(),
                image.nodes(),
                jobs,
                image.blobs(),
                image.tokens(),
                image.submissions(),
                image.audit(),
                image.settings(),
                image.events(),
                image.presences(),
                image.nextDrain(),
                image.electorate(),
                image.shutdown(),
                image.calendar());
        replica.restore(replica.index(), replica.term(), codec.encodeImage(forgetful));
    }

    private static JobRecord.Image without(JobRecord.Image job, int task) {
        RoaringBitmap succeeded = job.succeeded().clone();
        succeeded.remove(task);
        return new JobRecord.Image(
                job.id(),
                job.spec(),
                job.owner(),
                job.submittedAt(),
                job.retryEpoch(),
                succeeded,
                job.failed(),
                job.failures(),
                job.batchCharges(),
                job.lostOn(),
                job.history(),
                job.results(),
                job.cancelled(),
                Optional.empty(),
                job.checkpoints(),
                job.grants());
    }
}
