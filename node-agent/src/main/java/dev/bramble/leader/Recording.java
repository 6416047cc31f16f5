package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings what attempts came to into the ledger, and settles them when it is there. Soft state of the leader; event loop
 * only.
 */
final class Recording {
    /** A node that could not fetch a job's files is passed over for that job this long. */
    static final Duration AVOID_AFTER_FAILED_FETCH = Duration.ofSeconds(5);

    /** Attempts told as duplicates that are remembered: each is reported until it is settled. */
    private static final int DUPLICATES_MAX = 256;

    private final Leader leader;
    private final Set<AttemptId> duplicates = new LinkedHashSet<>();
    /** Attempts whose outcomes are on their way into the ledger. */
    private final Set<AttemptId> settling = new HashSet<>();

    Recording(Leader leader) {
        this.leader = leader;
    }

    void clear() {
        settling.clear();
    }

    boolean isUnderWay(AttemptId attempt) {
        return settling.contains(attempt);
    }

    /** Has the ledger record what is new of {@code outcomes}; adds what needs no recording to {@code settled}. */
    void record(NodeBook book, List<AttemptOutcome> outcomes, List<AttemptId> settled) {
        List<AttemptOutcome> wanted = new ArrayList<>();
        for (AttemptOutcome outcome : outcomes) {
            if (settling.contains(outcome.attempt())) {
                continue;
            }
            Optional<JobRecord> job = leader.state().job(outcome.task().job());
            boolean accepted = job.isPresent() && job.get().accepts(outcome) && !isFailedCopy(book, outcome);
            switch (outcome.end()) {
                case SUCCEEDED, FAILED, TIMED_OUT -> {
                    if (accepted) {
                        begin(book, outcome);
                        wanted.add(outcome);
                    } else {
                        job.ifPresent(record -> tellDuplicate(book, record, outcome));
                        settle(book, outcome.attempt(), settled);
                    }
                }
                case KILLED -> {
                    if (accepted && job.get().isNewCheckpoint(outcome)) {
                        begin(book, outcome);
                        wanted.add(outcome);
                        continue;
                    }
                    if (accepted && !outcome.reason().isEmpty()) {
                        avoid(book, outcome.task().job());
                    }
                    settle(book, outcome.attempt(), settled);
                }
            }
        }
        if (!wanted.isEmpty()) {
            NodeId node = book.member().node();
            append(
                    new Command.RecordOutcomes(node, wanted),
                    node,
                    wanted.stream().map(Ended::of).toList());
        }
    }

    private void begin(NodeBook book, AttemptOutcome outcome) {
        settling.add(outcome.attempt());
        leader.holdings().holdEnded(book, outcome.attempt(), outcome.task(), 1, outcome.retryEpoch());
    }

    /** A copy that fails costs its task no try while the attempt beside it goes on. */
    private boolean isFailedCopy(NodeBook book, AttemptOutcome outcome) {
        NodeBook.Held held = book.held(outcome.attempt());
        boolean isFailure = outcome.end() == AttemptEnd.FAILED || outcome.end() == AttemptEnd.TIMED_OUT;
        return isFailure && held != null && leader.isCopy(held);
    }

    /** The same attempt is reported until it is settled; one that is still in its node's book was not settled yet. */
    private void tellDuplicate(NodeBook book, JobRecord job, AttemptOutcome outcome) {
        int task = outcome.task().index();
        boolean isOther = book.held(outcome.attempt()) != null
                || job.result(task)
                        .filter(result -> !result.node().equals(book.member().node()))
                        .isPresent();
        if (outcome.retryEpoch() == job.retryEpoch() && job.hasOutcome(task) && isOther) {
            tellDuplicate(book, job, outcome.attempt(), task, "task " + task + " of job " + job.id());
        }
    }

    /** Of a batch, too, when all of its tasks have an outcome. */
    private void tellDuplicate(NodeBook book, JobRecord job, BatchOutcome batch) {
        TaskRange tasks = batch.tasks();
        if (batch.retryEpoch() == job.retryEpoch()
                && job.nextWithoutOutcome(tasks.from()) >= tasks.end()
                && book.held(batch.attempt()) != null) {
            String which = tasks.count() == 1
                    ? "line " + tasks.from()
                    : "a batch with lines " + tasks.from() + " to " + (tasks.end() - 1);
            tellDuplicate(book, job, batch.attempt(), tasks.from(), which + " of job " + job.id());
        }
    }

    private void tellDuplicate(NodeBook book, JobRecord job, AttemptId attempt, int task, String which) {
        if (!duplicates.add(attempt)) {
            return;
        }
        if (duplicates.size() > DUPLICATES_MAX) {
            duplicates.remove(duplicates.iterator().next());
        }
        NodeId node = book.member().node();
        String text = which + " ended a second time, on " + leader.name(node) + ": the first outcome counts";
        leader.note(Happening.ofTask(EventKind.DUPLICATE_RUN, node, job.id(), task, Happening.BRAMBLE, text));
    }

    /** As {@link #record}, of batches. */
    void recordBatches(NodeBook book, List<BatchOutcome> batches, List<AttemptId> settled) {
        List<BatchOutcome> wanted = new ArrayList<>();
        for (BatchOutcome batch : batches) {
            if (settling.contains(batch.attempt())) {
                continue;
            }
            Optional<JobRecord> job = leader.state().job(batch.job());
            boolean isNews = batch.isCharging() || !batch.succeeded().isEmpty();
            if (isNews && job.isPresent() && job.get().accepts(batch)) {
                settling.add(batch.attempt());
                TaskId first = new TaskId(batch.job(), batch.tasks().from());
                leader.holdings()
                        .holdEnded(book, batch.attempt(), first, batch.tasks().count(), batch.retryEpoch());
                wanted.add(batch);
                continue;
            }
            if (!batch.untried().isEmpty()) {
                avoid(book, batch.job());
            }
            if (isNews) {
                job.ifPresent(record -> tellDuplicate(book, record, batch));
            }
            settle(book, batch.attempt(), settled);
        }
        if (!wanted.isEmpty()) {
            NodeId node = book.member().node();
            append(
                    new Command.RecordBatches(node, wanted),
                    node,
                    wanted.stream().map(Ended::of).toList());
        }
    }

    /**
     * What the leader remembers of an ended attempt while the ledger records it.
     *
     * @param done how many of its tasks have an outcome
     * @param isPace whether it says how long a task takes
     */
    private record Ended(
            AttemptId attempt, JobId job, TaskRange tasks, int retryEpoch, int done, boolean isPace, long millis) {
        static Ended of(AttemptOutcome outcome) {
            TaskRange task = new TaskRange(outcome.task().index(), 1);
            // One that was stopped says nothing of how long its task takes.
            int done = outcome.end() == AttemptEnd.KILLED ? 0 : 1;
            boolean isPace = outcome.end() == AttemptEnd.SUCCEEDED;
            return new Ended(
                    outcome.attempt(),
                    outcome.task().job(),
                    task,
                    outcome.retryEpoch(),
                    done,
                    isPace,
                    outcome.millis());
        }

        static Ended of(BatchOutcome batch) {
            // A batch that failed as a whole says as much of what the next ones will take.
            int done = batch.failure().isPresent()
                    ? batch.tasks().count()
                    : batch.succeeded().getCardinality() + batch.failed().size();
            return new Ended(
                    batch.attempt(), batch.job(), batch.tasks(), batch.retryEpoch(), done, false, batch.millis());
        }
    }

    private void append(Command outcomes, NodeId node, List<Ended> ended) {
        long ofTerm = leader.term();
        leader.append(outcomes).whenComplete((index, failure) -> {
            if (!leader.leads(ofTerm)) {
                return;
            }
            ended.forEach(each -> settling.remove(each.attempt()));
            if (failure == null) {
                recorded(node, ended);
            }
            // Of those whose node was lost while their outcome was on its way, nobody else gives the tasks back.
            ended.forEach(each ->
                    leader.queueOf(each.job(), each.retryEpoch()).ifPresent(queue -> queue.reopen(each.tasks())));
        });
    }

    private void avoid(NodeBook book, JobId job) {
        book.avoid(job, leader.loop().nanos() + AVOID_AFTER_FAILED_FETCH.toNanos());
        // What it was told of the holders of the job's files may be out of date.
        book.forgetToldOf(job);
    }

    private void settle(NodeBook book, AttemptId attempt, List<AttemptId> settled) {
        NodeBook.Held held = book.remove(attempt);
        if (held != null) {
            leader.released(held, Leader.Left.ENDED);
        }
        leader.tails().forget(attempt);
        settled.add(attempt);
    }

    private void recorded(NodeId node, List<Ended> ended) {
        List<AttemptId> settled = new ArrayList<>();
        NodeBook book = leader.books().get(node);
        long nowMillis = leader.loop().nanos() / 1_000_000;
        for (Ended each : ended) {
            JobQueue queue = leader.queues().get(each.job());
            if (queue != null && each.done() > 0) {
                double speed = book == null ? 1 : Planning.speed(book);
                double seconds = Math.max(each.millis(), 0.5) / 1000 / each.done() * speed;
                queue.noteEnded(nowMillis, each.done(), seconds);
                queue.paces().note(node, seconds);
            }
            if (queue != null && book != null && each.isPace()) {
                queue.notePace(each.millis() / 1000.0 * Planning.speed(book));
            }
            if (book != null) {
                settle(book, each.attempt(), settled);
            }
            leader.queueOf(each.job(), each.retryEpoch())
                    .filter(current -> current.isHeld(each.tasks()))
                    .ifPresent(current -> withdrawCopies(current, each.tasks()));
        }
        leader.cluster().send(node, new Message.Settled(leader.term(), settled));
        leader.requestPlan();
    }

    /** Tasks have their outcome: whoever still runs an attempt at nothing but them works in vain. */
    private void withdrawCopies(JobQueue queue, TaskRange tasks) {
        JobRecord job = queue.job();
        for (NodeBook book : leader.books().values()) {
            List<AttemptId> copies = book.held().stream()
                    .filter(held -> held.task.job().equals(job.id()) && held.retryEpoch == job.retryEpoch())
                    .filter(held -> held.tasks().overlaps(tasks) && !settling.contains(held.attempt))
                    .filter(held -> job.nextWithoutOutcome(held.task.index())
                            >= held.tasks().end())
                    .map(held -> held.attempt)
                    .toList();
            if (!copies.isEmpty()) {
                leader.cluster()
                        .send(
                                book.member().node(),
                                new Message.Withdraw(
                                        leader.term(),
                                        copies,
                                        "another attempt gave the task its outcome",
                                        Optional.empty()));
            }
        }
    }
}
