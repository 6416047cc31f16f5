package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.TaskRange;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * A job in the ledger's state. Read anywhere on the event loop; changed by {@link LedgerState#apply} only.
 *
 * <p>Sets of tasks are bitmaps, so that a million tasks cost kilobytes. The reduce is the index after the last task.
 */
public final class JobRecord {
    /** Losses on as many different nodes put a task aside: it may be what takes them down. DESIGN section 7. */
    public static final int POISON_NODES = 3;
    /** Tasks of a batch that failed as a whole whose attempts are remembered: they all say the same. */
    static final int HISTORY_PER_BATCH_MAX = 16;

    private final JobId id;
    private final JobSpec spec;
    private final String owner;
    private final Moment submittedAt;
    private int retryEpoch;
    final RoaringBitmap succeeded;
    final RoaringBitmap failed;
    /** The attempts that cost a task a try, while it has no outcome: a report that comes twice must not cost two. */
    private final TreeMap<Integer, List<AttemptId>> failures;

    private final BatchCharges batchCharges;
    private final TaskLosses losses;
    private final TaskHistory history;
    private final TaskResults results;
    private final TaskCheckpoints checkpoints;
    private final ExclusiveGrants grants;
    private Optional<Ending> cancelled;
    private Optional<Moment> endedAt;

    /** Who cancelled it, and why. */
    public record Ending(String by, String reason) {}

    JobRecord(JobId id, JobSpec spec, String owner, Moment submittedAt) {
        this(new Image(
                id,
                spec,
                owner,
                submittedAt,
                0,
                new RoaringBitmap(),
                new RoaringBitmap(),
                Map.of(),
                BatchCharges.Image.NONE,
                Map.of(),
                Map.of(),
                new TaskResults().image(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    JobRecord(Image image) {
        id = image.id();
        spec = image.spec();
        owner = image.owner();
        submittedAt = image.submittedAt();
        retryEpoch = image.retryEpoch();
        succeeded = image.succeeded().clone();
        failed = image.failed().clone();
        failures = new TreeMap<>(image.failures());
        batchCharges = new BatchCharges(image.batchCharges());
        losses = new TaskLosses(image.lostOn());
        history = new TaskHistory(image.history());
        results = TaskResults.of(image.results());
        cancelled = image.cancelled();
        endedAt = image.endedAt();
        checkpoints = new TaskCheckpoints(image.checkpoints().orElse(Map.of()));
        grants = new ExclusiveGrants(image.grants().orElse(Map.of()));
    }

    /** All of it, for a snapshot. */
    record Image(
            JobId id,
            JobSpec spec,
            String owner,
            Moment submittedAt,
            int retryEpoch,
            RoaringBitmap succeeded,
            RoaringBitmap failed,
            Map<Integer, List<AttemptId>> failures,
            BatchCharges.Image batchCharges,
            Map<Integer, List<NodeId>> lostOn,
            Map<Integer, List<AttemptRecord>> history,
            TaskResults.Image results,
            Optional<Ending> cancelled,
            Optional<Moment> endedAt,
            Optional<Map<Integer, TaskCheckpoints.Saved>> checkpoints,
            Optional<Map<Integer, ExclusiveGrant>> grants) {}

    Image image() {
        return new Image(
                id,
                spec,
                owner,
                submittedAt,
                retryEpoch,
                succeeded.clone(),
                failed.clone(),
                new TreeMap<>(failures),
                batchCharges.image(),
                losses.image(),
                history.image(),
                results.image(),
                cancelled,
                endedAt,
                Optional.of(checkpoints.image()),
                Optional.of(grants.image()));
    }

    public JobId id() {
        return id;
    }

    public JobSpec spec() {
        return spec;
    }

    public String owner() {
        return owner;
    }

    public Moment submittedAt() {
        return submittedAt;
    }

    /** When it must be done, if it has a deadline. */
    public Optional<Moment> deadline() {
        return spec.deadline().map(submittedAt::plus);
    }

    /** Counts the retries of the whole job: outcomes of an earlier epoch are worth nothing. */
    public int retryEpoch() {
        return retryEpoch;
    }

    public Optional<Ending> cancelled() {
        return cancelled;
    }

    public Optional<Moment> endedAt() {
        return endedAt;
    }

    public boolean hasSucceeded(int task) {
        return succeeded.contains(task);
    }

    public boolean hasFailed(int task) {
        return failed.contains(task);
    }

    public boolean hasOutcome(int task) {
        return hasSucceeded(task) || hasFailed(task);
    }

    /** The first task from {@code from} on that succeeded; beyond the last when there is none. */
    public int nextSucceeded(int from) {
        return next(succeeded, from);
    }

    /** As {@link #nextSucceeded}, of those that failed. */
    public int nextFailed(int from) {
        return next(failed, from);
    }

    /** As {@link #nextSucceeded}, of those without an outcome. */
    public int nextWithoutOutcome(int from) {
        int task = from;
        while (hasOutcome(task)) {
            task = (int) failed.nextAbsentValue((int) succeeded.nextAbsentValue(task));
        }
        return task;
    }

    private int next(RoaringBitmap tasks, int from) {
        long next = tasks.nextValue(from);
        return next < 0 ? spec.totalTasks() : (int) next;
    }

    /** Tasks that succeeded, the reduce not counted. */
    public int succeededTasks() {
        return succeeded.getCardinality() - (succeeded.contains(spec.reduceIndex()) ? 1 : 0);
    }

    /** Tasks that failed for good, the reduce not counted. */
    public int failedTasks() {
        return failed.getCardinality() - (failed.contains(spec.reduceIndex()) ? 1 : 0);
    }

    /** Tries of {@code task}, which has no outcome, that failed or were lost so far. */
    public int triesSpent(int task) {
        return batchCharges.triesOf(task)
                + failures.getOrDefault(task, List.of()).size()
                + losses.of(task).size();
    }

    /** Nodes that were lost while they ran {@code task}, which has no outcome: it may be its doing. */
    public List<NodeId> lostOn(int task) {
        return losses.of(task);
    }

    /** As {@link #nextSucceeded}, of those without an outcome that were lost with a node. */
    public int nextLost(int from) {
        return losses.next(from, spec.totalTasks());
    }

    public List<AttemptRecord> history(int task) {
        return history.of(task);
    }

    public Optional<RecordedResult> result(int task) {
        return results.get(task);
    }

    /** What the last attempt of {@code task} that was stopped left for the next. */
    public Optional<Checkpoint> checkpoint(int task) {
        return checkpoints.of(task);
    }

    /** Whether an accepted outcome brings a checkpoint that is newer than what its task has. */
    public boolean isNewCheckpoint(AttemptOutcome outcome) {
        return checkpoints.isNews(outcome);
    }

    /** The newest attempt of {@code task} that left one. */
    public Optional<AttemptId> checkpointBy(int task) {
        return checkpoints.leftBy(task);
    }

    /** The attempts at tasks of this exclusive job that may still run, by task. */
    public SortedMap<Integer, ExclusiveGrant> exclusiveGrants() {
        return grants.all();
    }

    /** Whether it may run as far as the ledger knows: attempts of an exclusive job only if they were granted last. */
    public boolean isGranted(int task, AttemptId attempt) {
        return !spec.isExclusive()
                || grants.of(task)
                        .filter(last -> last.attempt().equals(attempt))
                        .isPresent();
    }

    /** For {@link LedgerState}, which counts who needs which blob. */
    TaskCheckpoints checkpoints() {
        return checkpoints;
    }

    /**
     * Whether a recorded result is a slice of this segment, told with the same holders: later news of them is truer.
     */
    boolean hasSliceOf(Output.Stored segment) {
        return results.hasSliceOf(segment);
    }

    /** The segment that has the answer of {@code task}, if one has. */
    public Optional<SegmentRecord> segmentOf(int task) {
        return results.segmentOf(task);
    }

    /** Recorded answers of a filter's tasks from {@code from} on, up to the first without an outcome. */
    public AnswerPage answers(int from, int mostPieces) {
        return AnswerPage.of(this, from, mostPieces);
    }

    public long inlineBytes() {
        return results.inlineBytes();
    }

    public JobPhase phase() {
        if (cancelled.isPresent()) {
            return JobPhase.CANCELLED;
        }
        int tasks = spec.tasks().count();
        int done = succeededTasks();
        int lost = failedTasks();
        if (done + lost < tasks) {
            return done + lost == 0 ? JobPhase.QUEUED : JobPhase.RUNNING;
        }
        if (lost > 0 || failed.contains(spec.reduceIndex())) {
            return JobPhase.FAILED;
        }
        return spec.reduce().isEmpty() || succeeded.contains(spec.reduceIndex())
                ? JobPhase.SUCCEEDED
                : JobPhase.REDUCING;
    }

    /** Tasks that may still be granted now: without an outcome, and the reduce only when its turn has come. */
    public RoaringBitmap open() {
        RoaringBitmap open = new RoaringBitmap();
        switch (phase()) {
            case QUEUED, RUNNING -> {
                open.add(0L, spec.tasks().count());
                open.andNot(succeeded);
                open.andNot(failed);
            }
            case REDUCING -> open.add(spec.reduceIndex());
            case SUCCEEDED, FAILED, CANCELLED -> {}
        }
        return open;
    }

    /** Feeds every task with an outcome to {@code consumer}, in order. */
    public void forEachOutcome(IntConsumer consumer) {
        RoaringBitmap.or(succeeded, failed).forEach(consumer);
    }

    /**
     * Whether {@code outcome} is of interest: its task has none, it is of this epoch, and it was not charged yet. One
     * that was killed changes something only if its checkpoint is news.
     */
    public boolean accepts(AttemptOutcome outcome) {
        int task = outcome.task().index();
        return !phase().isFinal()
                && outcome.retryEpoch() == retryEpoch
                && task < spec.totalTasks()
                && !hasOutcome(task)
                && isGranted(task, outcome.attempt())
                && !failures.getOrDefault(task, List.of()).contains(outcome.attempt());
    }

    /** Records an accepted outcome; true when the task has its outcome now. */
    boolean record(NodeId node, AttemptOutcome outcome, Moment now) {
        int task = outcome.task().index();
        int number = triesSpent(task) + 1;
        grants.ended(task, outcome.attempt());
        switch (outcome.end()) {
            case SUCCEEDED -> {
                succeeded.add(task);
                results.put(task, RecordedResult.of(node, number, outcome));
            }
            case FAILED, TIMED_OUT -> {
                history.add(task, AttemptRecord.of(number, node, outcome, now));
                if (charge(task, outcome.attempt()) < spec.attempts()) {
                    return false;
                }
                failed.add(task);
                results.put(task, RecordedResult.of(node, number, outcome));
            }
            case KILLED -> {
                saveCheckpoint(node, number, outcome, now);
                return false;
            }
        }
        forgetTries(task);
        noteEnd(now);
        return true;
    }

    /** The task is granted to this attempt, and to no other before it has ended. */
    void grant(int task, ExclusiveGrant grant) {
        if (!phase().isFinal() && grant.retryEpoch() == retryEpoch && task < spec.totalTasks() && !hasOutcome(task)) {
            grants.put(task, grant);
        }
    }

    private void saveCheckpoint(NodeId node, int number, AttemptOutcome outcome, Moment now) {
        if (checkpoints.isNews(outcome)) {
            checkpoints.put(outcome);
            history.add(outcome.task().index(), AttemptRecord.of(number, node, outcome, now));
        }
    }

    /** The checkpoint that {@code leftBy} left is nowhere whole: the task starts anew. */
    void loseCheckpoint(int task, AttemptId leftBy, NodeId next, String reason, Moment now) {
        if (checkpoints.lose(task, leftBy)) {
            Optional<AttemptEnd> end = Optional.of(AttemptEnd.KILLED);
            history.add(task, new AttemptRecord(triesSpent(task) + 1, next, end, -1, 0, reason, Optional.of(now)));
        }
    }

    /** Whether {@code batch} changes anything: it is of this epoch, one of its tasks is open, its charge is new. */
    public boolean accepts(BatchOutcome batch) {
        TaskRange tasks = batch.tasks();
        return !phase().isFinal()
                && batch.retryEpoch() == retryEpoch
                && tasks.end() <= spec.tasks().count()
                && nextWithoutOutcome(tasks.from()) < tasks.end()
                && !batchCharges.isKnown(batch.attempt())
                && batch.isSound();
    }

    /** Records an accepted batch. */
    void record(NodeId node, BatchOutcome batch, Moment now) {
        if (batch.isCharging()) {
            batchCharges.note(batch.attempt());
        }
        RoaringBitmap owned = RoaringBitmap.andNot(batch.succeeded(), succeeded);
        owned.andNot(failed);
        recordAnswers(node, batch, owned);
        for (BatchOutcome.FailedTask each : batch.failed()) {
            if (!hasOutcome(each.task())) {
                recordFailure(node, batch, RoaringBitmap.bitmapOf(each.task()), each.blame(), now);
            }
        }
        batch.failure().ifPresent(blame -> {
            RoaringBitmap open = new RoaringBitmap();
            open.add((long) batch.tasks().from(), batch.tasks().end());
            open.andNot(succeeded);
            open.andNot(failed);
            recordFailure(node, batch, open, blame, now);
        });
        noteEnd(now);
    }

    /** Whether a task shows what the batch printed to stderr: of failures alike the first one's is kept. */
    boolean showsComplaints(BatchOutcome batch) {
        // Mostly the first that failed does; some may have failed before, by another batch.
        for (int task = nextFailed(batch.tasks().from()); task < batch.tasks().end(); task = nextFailed(task + 1)) {
            if (showsComplaints(task, batch)) {
                return true;
            }
        }
        return false;
    }

    private boolean showsComplaints(int task, BatchOutcome batch) {
        return result(task)
                .filter(result -> result.stderr().equals(batch.stderr()))
                .isPresent();
    }

    private void recordAnswers(NodeId node, BatchOutcome batch, RoaringBitmap owned) {
        if (owned.isEmpty()) {
            return;
        }
        int tries = batch.succeeded().getCardinality();
        double millisPerTask = (double) batch.millis() / tries;
        switch (batch.answers()) {
            case Output.Inline inline -> {
                PeekableIntIterator tasks = batch.succeeded().getIntIterator();
                int from = 0;
                while (tasks.hasNext()) {
                    int task = tasks.next();
                    int end = from;
                    while (inline.bytes()[end] != '\n') {
                        end++;
                    }
                    if (owned.contains(task)) {
                        byte[] answer = Arrays.copyOfRange(inline.bytes(), from, end);
                        results.put(
                                task,
                                RecordedResult.answer(node, triesSpent(task) + 1, answer, Math.round(millisPerTask)));
                    }
                    from = end + 1;
                }
            }
            case Output.Stored stored ->
                results.put(
                        new SegmentRecord(node, stored.blob(), batch.succeeded().clone(), owned, millisPerTask));
            case Output.Slice slice -> throw new IllegalArgumentException("answers are no slice of a segment");
            case Output.SegmentLine line -> throw new IllegalArgumentException("answers are no line of a segment");
        }
        succeeded.or(owned);
        batchCharges.forget(owned);
        owned.forEach((IntConsumer) this::forgetTries);
    }

    /** Costs each of {@code tasks}, which are open, a try; those that had no other fail. */
    private void recordFailure(
            NodeId node, BatchOutcome batch, RoaringBitmap tasks, BatchOutcome.Blame blame, Moment now) {
        PeekableIntIterator first = tasks.getIntIterator();
        for (int i = 0; i < HISTORY_PER_BATCH_MAX && first.hasNext(); i++) {
            int task = first.next();
            history.add(task, AttemptRecord.of(triesSpent(task) + 1, node, batch, blame, now));
        }
        RoaringBitmap ended = batchCharges.charge(tasks, spec.attempts());
        if (ended.isEmpty()) {
            return;
        }
        putFailure(ended, RecordedResult.failure(node, spec.attempts(), batch, blame));
        failed.or(ended);
        batchCharges.forget(ended);
        ended.forEach((IntConsumer) this::forgetTries);
    }

    /** Only so many failures of single lines are told apart: a filter may fail on each of ten million. */
    private void putFailure(RoaringBitmap tasks, RecordedResult result) {
        if (tasks.getCardinality() > 1) {
            results.put(new SharedFailure(tasks, result));
        } else if (failed.getCardinality() < TaskHistory.TASKS_MAX) {
            results.put(tasks.first(), result);
        } else {
            results.put(new SharedFailure(
                    tasks,
                    SharedFailure.untold(
                            result,
                            "more than " + TaskHistory.TASKS_MAX
                                    + " lines of this job failed; the first ones say why")));
        }
    }

    private int charge(int task, AttemptId attempt) {
        List<AttemptId> charged = new ArrayList<>(failures.getOrDefault(task, List.of()));
        charged.add(attempt);
        failures.put(task, List.copyOf(charged));
        return charged.size();
    }

    private void forgetTries(int task) {
        failures.remove(task);
        losses.forget(task);
        checkpoints.release(task);
    }

    /** What a loss changed. */
    enum Loss {
        NOTHING,
        COUNTED,
        /** The task is put aside. */
        POISON
    }

    /**
     * A node was lost while it ran {@code task}; the third node puts the task aside as poison. One node counts once,
     * since it is no more proof the second time and a loss has no id by which a repeated one could be told.
     *
     * @param names what people call a node
     */
    Loss recordLoss(NodeId node, int task, String reason, Moment now, Function<NodeId, String> names) {
        if (phase().isFinal() || task >= spec.totalTasks() || hasOutcome(task)) {
            return Loss.NOTHING;
        }
        if (losses.of(task).contains(node)) {
            return Loss.NOTHING;
        }
        int number = triesSpent(task) + 1;
        AttemptRecord loss = new AttemptRecord(number, node, Optional.empty(), -1, 0, reason, Optional.of(now));
        history.add(task, loss);
        losses.add(task, node);
        if (losses.of(task).size() < POISON_NODES) {
            return Loss.COUNTED;
        }
        String evidence = PoisonEvidence.sentence(losses.of(task), history(task), now, names);
        failed.add(task);
        results.put(task, RecordedResult.poison(node, number, evidence));
        forgetTries(task);
        noteEnd(now);
        return Loss.POISON;
    }

    void cancel(String by, String reason, Moment now) {
        if (!phase().isFinal()) {
            cancelled = Optional.of(new Ending(by, reason));
            checkpoints.releaseAll();
            endedAt = Optional.of(now);
        }
    }

    /** Opens the failed tasks again under the next epoch; every open task has all its tries again. */
    void retry() {
        retryEpoch++;
        failures.clear();
        batchCharges.clear();
        losses.clear();
        results.removeFailures(failed);
        failed.clear();
        cancelled = Optional.empty();
        endedAt = Optional.empty();
    }

    private void noteEnd(Moment now) {
        if (phase().isFinal() && endedAt.isEmpty()) {
            endedAt = Optional.of(now);
        }
    }
}
