package dev.bramble.ledger;

import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/** Makes a state forget or move what it must keep: for planting the defects that the ledger exists to prevent. */
public final class Forgetting {
    private Forgetting() {}

    /** {@code task} has no outcome any more; the rest of the state, and who reads it, stays as it is. */
    public static void success(Replica replica, TaskId task) {
        replica.state().job(task.job()).orElseThrow().succeeded.remove(task.index());
    }

    /** The state of {@code replica} as if bramble time had gone back. */
    public static void timeSince(Replica replica, EntryCodec codec, Duration back) {
        LedgerImage image = replica.state().image();
        Moment now = new Moment(Math.max(0, image.now().millis() - back.toMillis()));
        restore(replica, codec, image, now, image.jobs());
    }

    /** The state of {@code replica} with all jobs, and so their deadlines, accepted later than they were. */
    public static void acceptances(Replica replica, EntryCodec codec, Duration later) {
        LedgerImage image = replica.state().image();
        List<JobRecord.Image> jobs = image.jobs().stream()
                .map(job -> with(job, job.submittedAt().plus(later), job.succeeded(), job.endedAt()))
                .toList();
        restore(replica, codec, image, image.now(), jobs);
    }

    private static void restore(
            Replica replica, EntryCodec codec, LedgerImage image, Moment now, List<JobRecord.Image> jobs) {
        LedgerImage changed = new LedgerImage(
                image.ledger(),
                image.brambleName(),
                image.authorityPem(),
                now,
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
                image.calendar(),
                image.accounts(),
                image.lastAudit(),
                image.settingChanges(),
                image.alerts(),
                image.racks());
        replica.restore(replica.index(), replica.term(), codec.encodeImage(changed));
    }

    private static JobRecord.Image with(
            JobRecord.Image job, Moment submittedAt, RoaringBitmap succeeded, Optional<Moment> endedAt) {
        return new JobRecord.Image(
                job.id(),
                job.spec(),
                job.owner(),
                submittedAt,
                job.retryEpoch(),
                succeeded,
                job.failed(),
                job.failures(),
                job.batchCharges(),
                job.lostOn(),
                job.history(),
                job.results(),
                job.cancelled(),
                endedAt,
                job.checkpoints(),
                job.grants());
    }
}
