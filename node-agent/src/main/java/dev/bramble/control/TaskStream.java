package dev.bramble.control;

import dev.bramble.control.JobStream.Ended;
import dev.bramble.control.TaskStreamView.End;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.Replica;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * How the attempts of jobs followed each other, made of the entries that pass by: the ledger itself keeps what tasks
 * came to, not each attempt. Soft state of a head; what was recorded before the head began, or while it fetched a
 * snapshot, is not here, and it says so. Event loop of the head.
 */
final class TaskStream {
    /** Those that were worked on last: about two megabytes each when they are full. */
    static final int JOBS_MAX = 8;
    /** Of one loss: a node holds a few attempts of a command; of a filter it is one for each batch. */
    static final int LOST_MAX = 64;

    private final Replica replica;
    private final LeaderWord word;
    /** The one that was worked on last is the last one. */
    private final LinkedHashMap<JobId, JobStream> jobs = new LinkedHashMap<>(16, 0.75f, true);

    private Moment seenFrom = Moment.FOUNDING;

    TaskStream(Replica replica, LeaderWord word) {
        this.replica = replica;
        this.word = word;
    }

    /** After the state was replaced, nobody knows what was recorded before. */
    void restored() {
        jobs.clear();
        seenFrom = replica.state().now();
    }

    /** After the state has it. */
    void applied(Entry entry) {
        Moment at = replica.state().now();
        for (Command command : entry.commands()) {
            if (command instanceof Command.RecordOutcomes record) {
                Map<JobId, List<Ended>> byJob = new LinkedHashMap<>();
                record.outcomes()
                        .forEach(outcome -> byJob.computeIfAbsent(outcome.task().job(), any -> new ArrayList<>())
                                .add(ended(outcome)));
                byJob.forEach((job, ended) -> ended(job, record.node(), at, ended));
            } else if (command instanceof Command.RecordBatches record) {
                Map<JobId, List<Ended>> byJob = new LinkedHashMap<>();
                record.batches()
                        .forEach(batch -> byJob.computeIfAbsent(batch.job(), any -> new ArrayList<>())
                                .add(ended(batch)));
                byJob.forEach((job, ended) -> ended(job, record.node(), at, ended));
            } else if (command instanceof Command.RecordLosses losses) {
                lost(losses, at);
            }
        }
    }

    private void ended(JobId job, NodeId node, Moment at, List<Ended> ended) {
        replica.state().job(job).ifPresent(known -> {
            of(known).ended(node, at, ended, slots(node, known.spec()));
            jobs.get(job);
        });
    }

    private JobStream of(JobRecord job) {
        JobStream known = jobs.get(job.id());
        if (known == null) {
            known = new JobStream(job.submittedAt(), seenFrom);
            jobs.put(job.id(), known);
            if (jobs.size() > JOBS_MAX) {
                jobs.pollFirstEntry();
                // Should the one that went be worked on again, what it did before is not here.
                seenFrom = replica.state().now();
            }
        }
        return known;
    }

    private int slots(NodeId node, JobSpec spec) {
        return word.node(node)
                .map(known ->
                        known.capacity().milliCpus() / Math.max(1, spec.needs().milliCpus()))
                .orElse(0);
    }

    private static Ended ended(AttemptOutcome outcome) {
        End end = end(outcome.end());
        return new Ended(
                Optional.of(outcome.attempt()),
                outcome.task().index(),
                1,
                outcome.millis(),
                end,
                switch (end) {
                    case SUCCEEDED -> new TaskActivityView.Step(0, 1, 0, 0);
                    case FAILED, TIMED_OUT -> new TaskActivityView.Step(0, 0, 1, 0);
                    case KILLED, LOST -> new TaskActivityView.Step(0, 0, 0, 1);
                });
    }

    private static End end(AttemptEnd end) {
        return switch (end) {
            case SUCCEEDED -> End.SUCCEEDED;
            case FAILED -> End.FAILED;
            case TIMED_OUT -> End.TIMED_OUT;
            case KILLED -> End.KILLED;
        };
    }

    private static Ended ended(BatchOutcome batch) {
        int succeeded = batch.succeeded().getCardinality();
        int failed = batch.failure().isPresent()
                ? batch.tasks().count()
                : batch.failed().size();
        Optional<BatchOutcome.Blame> blame = batch.failure()
                .or(() -> batch.failed().stream()
                        .map(BatchOutcome.FailedTask::blame)
                        .findFirst());
        End end = blame.map(of -> end(of.end())).orElse(succeeded == 0 ? End.KILLED : End.SUCCEEDED);
        int untried = Math.max(0, batch.tasks().count() - succeeded - failed);
        return new Ended(
                Optional.of(batch.attempt()),
                batch.tasks().from(),
                batch.tasks().count(),
                batch.millis(),
                end,
                new TaskActivityView.Step(0, succeeded, failed, untried));
    }

    /** Nobody knows how long each ran: the mean is taken. */
    private void lost(Command.RecordLosses losses, Moment at) {
        Optional<JobRecord> job = replica.state().job(losses.job());
        if (job.isEmpty()) {
            return;
        }
        boolean isFilter = job.get().spec().filter().isPresent();
        int all = losses.tasks().getCardinality();
        List<Ended> lost = new ArrayList<>();
        for (int[] range : ranges(losses.tasks(), isFilter)) {
            long millis = losses.workMillis().orElse(0L) * range[1] / Math.max(1, all);
            lost.add(new Ended(
                    Optional.empty(),
                    range[0],
                    range[1],
                    millis,
                    End.LOST,
                    new TaskActivityView.Step(0, 0, 0, range[1])));
        }
        ended(losses.job(), losses.node(), at, lost);
    }

    /** First task and number of tasks of each: neighbours are one batch of a filter, and each for itself otherwise. */
    private static List<int[]> ranges(RoaringBitmap tasks, boolean joined) {
        List<int[]> ranges = new ArrayList<>();
        for (int task : tasks) {
            int[] before = ranges.isEmpty() ? null : ranges.getLast();
            if (joined && before != null && before[0] + before[1] == task) {
                before[1]++;
            } else if (ranges.size() == LOST_MAX) {
                before[1]++;
            } else {
                ranges.add(new int[] {task, 1});
            }
        }
        return ranges;
    }

    Optional<TaskStreamView> view(JobId id, long after, int limit, Moment now) {
        return replica.state().job(id).map(job -> {
            JobStream stream = seen(job);
            return new TaskStreamView(
                    stream.millisAt(job.endedAt().orElse(now)),
                    stream.seenFromMillis(),
                    stream.oldest(),
                    stream.last(),
                    stream.totals(),
                    stream.after(after, limit),
                    stream.nodes().stream()
                            .map(node -> new TaskStreamView.OnNode(
                                    node, name(node), slots(node, job.spec()), stream.laneEnds(node)))
                            .toList());
        });
    }

    Optional<TaskActivityView> activity(JobId id, Moment now) {
        return replica.state().job(id).map(job -> {
            JobStream stream = seen(job);
            long until = stream.millisAt(job.endedAt().orElse(now));
            return new TaskActivityView(
                    until,
                    stream.seenFromMillis(),
                    stream.stepMillisUntil(until),
                    stream.nodes().stream()
                            .map(node -> new TaskActivityView.OnNode(
                                    node, name(node), slots(node, job.spec()), stream.steps(node)))
                            .toList());
        });
    }

    /** One of which nothing was seen is not kept for being looked at. */
    private JobStream seen(JobRecord job) {
        JobStream known = jobs.get(job.id());
        if (known != null) {
            return known;
        }
        boolean hasBegun = job.succeededTasks() + job.failedTasks() > 0;
        return new JobStream(job.submittedAt(), hasBegun ? replica.state().now() : seenFrom);
    }

    private String name(NodeId node) {
        NodeRecord known = replica.state().nodes().get(node);
        return known == null ? node.value() : known.name();
    }
}
