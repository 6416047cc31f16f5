package dev.bramble.ledger;

import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.Output;
import dev.bramble.model.ShippedFile;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** All jobs that are kept, what became of their tasks, and under which keys they came. Part of {@link LedgerState}. */
final class JobTable {
    private final BlobTable blobs;
    private final BlobClaims claims;
    private final Annals annals;
    private final BiConsumer<String, String> audit;
    private final TreeMap<JobId, JobRecord> jobs = new TreeMap<>();
    private final TreeMap<JobId, JobRecord> active = new TreeMap<>();
    private final TreeMap<String, LedgerState.Submission> submissions = new TreeMap<>();
    private final SpecBytes specBytes = new SpecBytes();
    private long nextJob = 1;
    private long inlineBytes;

    /** @param audit takes who did something to a job, and what */
    JobTable(BlobTable blobs, Annals annals, BiConsumer<String, String> audit) {
        this.blobs = blobs;
        this.claims = new BlobClaims(blobs);
        this.annals = annals;
        this.audit = audit;
    }

    void submit(Command.SubmitJob submit, Moment now) {
        String key = key(submit.owner(), submit.idempotencyKey());
        if (submit.job().number() < nextJob || !submit.idempotencyKey().isEmpty() && submissions.containsKey(key)) {
            return;
        }
        JobRecord job = new JobRecord(submit.job(), submit.spec(), submit.owner(), now);
        nextJob = submit.job().number() + 1;
        jobs.put(job.id(), job);
        specBytes.count(job, 1);
        active.put(job.id(), job);
        if (!submit.idempotencyKey().isEmpty()) {
            submissions.put(key, new LedgerState.Submission(submit.job(), submit.bodySha256(), now));
        }
        for (ShippedFile file : submit.spec().inputs()) {
            blobs.need(file.blob(), file.sizeBytes(), job.owner(), job.id(), List.of());
        }
        audit.accept(
                submit.owner(),
                "submitted job " + job.id() + " (" + submit.spec().name() + ")");
        annals.submitted(now, job);
    }

    void record(Command.RecordOutcomes record, Set<BlobId> dropped, Moment now) {
        Annals.Failures failures = annals.new Failures(record.node());
        List<JobRecord> ended = new ArrayList<>();
        for (AttemptOutcome outcome : record.outcomes()) {
            JobRecord job = jobs.get(outcome.task().job());
            if (job == null || !job.accepts(outcome)) {
                continue;
            }
            long before = job.inlineBytes();
            List<Output.Stored> news = claims.news(outcome.stored(), job);
            boolean isCheckpoint = job.isNewCheckpoint(outcome);
            if (job.record(record.node(), outcome, now)) {
                claims.need(news, job);
            } else if (isCheckpoint) {
                claims.needCheckpoint(outcome, job);
                failures.checkpointed(outcome);
            }
            failures.add(job, outcome);
            inlineBytes += job.inlineBytes() - before;
            settle(job, ended);
            claims.releaseCheckpoints(job, now, dropped);
        }
        failures.tell(now);
        ended.forEach(job -> annals.ended(now, job));
    }

    void record(Command.RecordBatches record, Moment now) {
        Annals.Failures failures = annals.new Failures(record.node());
        List<JobRecord> ended = new ArrayList<>();
        for (BatchOutcome batch : record.batches()) {
            JobRecord job = jobs.get(batch.job());
            if (job == null || !job.accepts(batch)) {
                continue;
            }
            long before = job.inlineBytes();
            List<Output.Stored> news = claims.news(batch.stored(), job);
            job.record(record.node(), batch, now);
            boolean shows = job.showsComplaints(batch);
            Optional<Output.Stored> complaints = batch.stderr().stored();
            claims.need(
                    news.stream()
                            .filter(blob -> shows || !complaints.equals(Optional.of(blob)))
                            .toList(),
                    job);
            failures.add(job, batch);
            inlineBytes += job.inlineBytes() - before;
            settle(job, ended);
        }
        failures.tell(now);
        ended.forEach(job -> annals.ended(now, job));
    }

    void loseCheckpoint(Command.LoseCheckpoint lose, Set<BlobId> dropped, Moment now) {
        JobRecord job = jobs.get(lose.task().job());
        if (job != null && job.retryEpoch() == lose.retryEpoch()) {
            job.loseCheckpoint(lose.task().index(), lose.leftBy(), lose.next(), lose.reason(), now);
            claims.releaseCheckpoints(job, now, dropped);
        }
    }

    void grant(Command.GrantExclusive grant) {
        Optional.ofNullable(jobs.get(grant.task().job()))
                .ifPresent(job -> job.grant(
                        grant.task().index(),
                        new ExclusiveGrant(grant.attempt(), grant.retryEpoch(), grant.node(), grant.incarnation())));
    }

    void recordLosses(Command.RecordLosses losses, Set<BlobId> dropped, Moment now) {
        JobRecord job = jobs.get(losses.job());
        if (job != null && job.retryEpoch() == losses.retryEpoch()) {
            annals.losses(now, job, losses);
            settleAndTell(job, now);
            claims.releaseCheckpoints(job, now, dropped);
        }
    }

    void cancel(Command.CancelJob cancel, Set<BlobId> dropped, Moment now) {
        JobRecord job = jobs.get(cancel.job());
        if (job != null && !job.phase().isFinal()) {
            job.cancel(cancel.by(), cancel.reason(), now);
            settleAndTell(job, now);
            claims.releaseCheckpoints(job, now, dropped);
            audit.accept(cancel.by(), "cancelled job " + job.id() + ": " + cancel.reason());
        }
    }

    void retry(Command.RetryJob retry, Moment now) {
        JobRecord job = jobs.get(retry.job());
        if (job != null && (job.phase() == JobPhase.FAILED || job.phase() == JobPhase.CANCELLED)) {
            long before = job.inlineBytes();
            job.retry();
            inlineBytes += job.inlineBytes() - before;
            settle(job, new ArrayList<>());
            audit.accept(retry.by(), "retried job " + job.id());
            annals.retried(now, job, retry.by());
        }
    }

    private void settleAndTell(JobRecord job, Moment now) {
        List<JobRecord> ended = new ArrayList<>();
        settle(job, ended);
        ended.forEach(each -> annals.ended(now, each));
    }

    /** @param ended takes the job if it has just reached a final phase */
    private void settle(JobRecord job, List<JobRecord> ended) {
        if (job.phase().isFinal()) {
            if (active.remove(job.id()) != null) {
                ended.add(job);
            }
        } else {
            active.put(job.id(), job);
        }
    }

    void remove(Command.RemoveJob remove, Set<BlobId> dropped, Moment now) {
        JobRecord job = jobs.get(remove.job());
        if (job == null || !job.phase().isFinal() || isWaitedFor(job.id())) {
            return;
        }
        jobs.remove(job.id());
        inlineBytes -= job.inlineBytes();
        specBytes.count(job, -1);
        submissions.values().removeIf(submission -> submission.job().equals(job.id()));
        blobs.forget(job.id());
        blobs.dropUnneeded(now, dropped);
        audit.accept(remove.by(), "removed job " + job.id() + " (" + job.spec().name() + ")");
        annals.removed(now, job, remove.by());
    }

    /** Whether a job that is not over needs to see what became of {@code job}. */
    boolean isWaitedFor(JobId job) {
        return active.values().stream().anyMatch(other -> other.spec().after().contains(job));
    }

    /** Drops what has been kept for its time. */
    void expire(Moment now, Set<BlobId> dropped) {
        submissions
                .values()
                .removeIf(submission -> !now.isBefore(submission.at().plus(LedgerState.SUBMISSION_MEMORY)));
        for (JobRecord job : List.copyOf(jobs.values())) {
            if (job.endedAt().isPresent()
                    && !now.isBefore(job.endedAt().get().plus(job.spec().keep()))) {
                remove(new Command.RemoveJob(job.id(), "retention"), dropped, now);
            }
        }
    }

    /** Tells when {@link #expire} would change something. */
    void tellExpiries(Consumer<Moment> due) {
        submissions.values().forEach(submission -> due.accept(submission.at().plus(LedgerState.SUBMISSION_MEMORY)));
        // A job that others wait for stays until they are over, which is an entry of its own.
        Set<JobId> waitedFor = new TreeSet<>();
        active.values().forEach(job -> waitedFor.addAll(job.spec().after()));
        jobs.values().stream()
                .filter(job -> !waitedFor.contains(job.id()))
                .forEach(job -> job.endedAt()
                        .ifPresent(end -> due.accept(end.plus(job.spec().keep()))));
    }

    private static String key(String owner, String key) {
        return owner + "\n" + key;
    }

    long nextJob() {
        return nextJob;
    }

    SortedMap<JobId, JobRecord> all() {
        return Collections.unmodifiableSortedMap(jobs);
    }

    Collection<JobRecord> active() {
        return Collections.unmodifiableCollection(active.values());
    }

    Optional<JobRecord> get(JobId job) {
        return Optional.ofNullable(jobs.get(job));
    }

    Optional<LedgerState.Submission> submission(String owner, String idempotencyKey) {
        return Optional.ofNullable(submissions.get(key(owner, idempotencyKey)));
    }

    long inlineBytes() {
        return inlineBytes;
    }

    SpecBytes specBytes() {
        return specBytes;
    }

    List<JobRecord.Image> image() {
        return jobs.values().stream().map(JobRecord::image).toList();
    }

    Map<String, LedgerState.Submission> submissions() {
        return new TreeMap<>(submissions);
    }

    void restore(long next, List<JobRecord.Image> images, Map<String, LedgerState.Submission> submitted) {
        nextJob = next;
        for (JobRecord.Image from : images) {
            JobRecord job = new JobRecord(from);
            jobs.put(job.id(), job);
            inlineBytes += job.inlineBytes();
            specBytes.count(job, 1);
            settle(job, new ArrayList<>());
        }
        submissions.putAll(submitted);
    }
}
