package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Setting;
import dev.bramble.model.SizeText;
import dev.bramble.model.TaskRange;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.Toll;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/** Puts into sentences, for the stream of events, what entries cause. Part of {@link LedgerState#apply}. */
final class Annals {
    private final EventRing ring;
    private final Function<NodeId, String> names;

    Annals(EventRing ring, Function<NodeId, String> names) {
        this.ring = ring;
        this.names = names;
    }

    void admitted(Moment now, NodeRecord node) {
        String role = switch (node.role()) {
            case AGENT -> "";
            case HEAD -> "head ";
        };
        tell(now, node, EventKind.NODE_ADMITTED, node.admittedBy(), role + node.name() + " was let in");
    }

    void forgotten(Moment now, NodeRecord node, String by) {
        tell(now, node, EventKind.NODE_FORGOTTEN, by, node.name() + " was forgotten: it may not come back");
    }

    private void tell(Moment now, NodeRecord node, EventKind kind, String by, String text) {
        ring.add(now, Happening.ofNode(kind, node.node(), by, text));
    }

    void submitted(Moment now, JobRecord job) {
        int tasks = job.spec().tasks().count();
        tell(now, job, EventKind.JOB_SUBMITTED, job.owner(), title(job) + " was submitted: " + tasks(tasks));
    }

    /** The job has just reached a final phase. */
    void ended(Moment now, JobRecord job) {
        int tasks = job.spec().tasks().count();
        switch (job.phase()) {
            case QUEUED, RUNNING, REDUCING -> {}
            case SUCCEEDED ->
                tell(now, job, EventKind.JOB_SUCCEEDED, Happening.BRAMBLE, title(job) + " succeeded: " + tasks(tasks));
            case FAILED ->
                tell(
                        now,
                        job,
                        EventKind.JOB_FAILED,
                        Happening.BRAMBLE,
                        title(job) + " failed: "
                                + (job.hasFailed(job.spec().reduceIndex())
                                        ? "its reduce failed"
                                        : job.failedTasks() + " of " + tasks(tasks) + " failed"));
            case CANCELLED -> {
                JobRecord.Ending ending = job.cancelled().orElseThrow();
                tell(now, job, EventKind.JOB_CANCELLED, ending.by(), title(job) + " was cancelled: " + ending.reason());
            }
        }
    }

    void retried(Moment now, JobRecord job, String by) {
        int open = job.spec().totalTasks() - job.succeededTasks();
        tell(now, job, EventKind.JOB_RETRIED, by, title(job) + " is tried again: " + tasks(open) + " to go");
    }

    void removed(Moment now, JobRecord job, String by) {
        tell(now, job, EventKind.JOB_REMOVED, by, title(job) + " was removed, and its results with it");
    }

    private void tell(Moment now, JobRecord job, EventKind kind, String by, String text) {
        ring.add(now, Happening.ofJob(kind, job.id(), by, text));
    }

    /** Counts the losses against their tasks, and tells of them. */
    void losses(Moment now, JobRecord job, Command.RecordLosses losses) {
        RoaringBitmap counted = new RoaringBitmap();
        List<Integer> poison = new ArrayList<>();
        losses.tasks().forEach((IntConsumer) task -> {
            switch (job.recordLoss(losses.node(), task, losses.reason(), now, names)) {
                case NOTHING -> {}
                case COUNTED -> counted.add(task);
                case POISON -> poison.add(task);
            }
        });
        if (!counted.isEmpty()) {
            int first = counted.first();
            int count = counted.getCardinality();
            String which = count == 1 ? "task " + first : tasks(count) + ", the first is " + first + ",";
            String text = which + " of job " + job.id() + " ran on " + names.apply(losses.node()) + " and "
                    + (count == 1 ? "starts" : "start") + " elsewhere"
                    + (job.spec().isExclusive() ? " once its lease there is surely over" : "") + ": "
                    + losses.reason();
            ring.add(
                    now,
                    Happening.ofTask(EventKind.TASKS_LOST, losses.node(), job.id(), first, Happening.BRAMBLE, text)
                            .costing(losses.workMillis().map(millis -> new Toll(count, millis))));
        }
        for (int task : poison) {
            String evidence = job.result(task).orElseThrow().reason();
            String text = "task " + task + " of job " + job.id() + " is " + evidence;
            tell(now, EventKind.TASK_POISON, losses.node(), job, task, text);
        }
    }

    private void tell(Moment now, EventKind kind, NodeId node, JobRecord job, int task, String text) {
        ring.add(now, Happening.ofTask(kind, node, job.id(), task, Happening.BRAMBLE, text));
    }

    /** About to be changed. */
    void setting(Moment now, Settings before, Command.ChangeSetting change) {
        Optional<Setting> known = Setting.of(change.key());
        if (known.isPresent() && before.get(known.get()) == change.value()) {
            return;
        }
        String was = known.map(setting -> "; it was " + written(setting, before.get(setting)))
                .orElse("");
        String is = known.map(setting -> written(setting, change.value())).orElse(Long.toString(change.value()));
        tell(now, EventKind.SETTING_CHANGED, change.by(), change.key() + " was set to " + is + was);
    }

    private static String written(Setting setting, long value) {
        return switch (setting.unit()) {
            case BYTES -> SizeText.rounded(value);
            case MILLISECONDS -> value % 1000 == 0 ? value / 1000 + " s" : value + " ms";
            case CELSIUS -> value + " °C";
            case COUNT -> Long.toString(value);
        };
    }

    void tokenCreated(Moment now, TokenRecord token) {
        String whose = token.user().isEmpty() ? "" : " for " + token.user();
        tell(
                now,
                EventKind.TOKEN_CREATED,
                token.by(),
                purpose(token.purpose()) + " token " + token.id() + " was made" + whose);
    }

    /** Before the word token. */
    static String purpose(TokenPurpose purpose) {
        return switch (purpose) {
            case API -> "API";
            case SESSION -> "session";
            case JOIN_AGENT -> "join";
            case JOIN_HEAD -> "head's join";
            case SETUP -> "setup";
        };
    }

    void tokenRevoked(Moment now, TokenRecord token, String by) {
        tell(now, EventKind.TOKEN_REVOKED, by, purpose(token.purpose()) + " token " + token.id() + " was revoked");
    }

    private void tell(Moment now, EventKind kind, String by, String text) {
        ring.add(now, Happening.of(kind, by, text));
    }

    private static String title(JobRecord job) {
        return "job " + job.id() + " (" + job.spec().name() + ")";
    }

    private static String tasks(int count) {
        return count == 1 ? "1 task" : count + " tasks";
    }

    /** What failed or was stopped by one command: one event for each job and kind, however many tasks. */
    final class Failures {
        private final NodeId node;
        private final TreeMap<JobId, Tally> tallies = new TreeMap<>();
        private final TreeMap<JobId, Tally> checkpoints = new TreeMap<>();

        private static final class Tally {
            int first;
            int count;
            int forGood;
            String blame = "";
            long millis;
        }

        Failures(NodeId node) {
            this.node = node;
        }

        /** An attempt at a task was recorded; {@code job} has it already. */
        void add(JobRecord job, AttemptOutcome outcome) {
            switch (outcome.end()) {
                case FAILED, TIMED_OUT -> {
                    int task = outcome.task().index();
                    String blame = blame(outcome.end(), outcome.exitCode(), outcome.reason());
                    add(job, new TaskRange(task, 1), 1, blame).millis += outcome.millis();
                }
                case SUCCEEDED, KILLED -> {}
            }
        }

        /** A stopped attempt left something for the next; one that could not be kept is in the task's history alone. */
        void checkpointed(AttemptOutcome outcome) {
            if (outcome.checkpoint().filter(left -> !left.files().isEmpty()).isPresent()) {
                Tally tally = checkpoints.computeIfAbsent(outcome.task().job(), id -> new Tally());
                tally.first = tally.count++ == 0 ? outcome.task().index() : tally.first;
            }
        }

        /** The same of a batch. */
        void add(JobRecord job, BatchOutcome batch) {
            Optional<BatchOutcome.Blame> whole = batch.failure();
            if (whole.isPresent()) {
                add(job, batch.tasks(), batch.tasks().count(), blame(whole.get())).millis += batch.millis();
            }
            for (BatchOutcome.FailedTask each : batch.failed()) {
                add(job, new TaskRange(each.task(), 1), 1, blame(each.blame()));
            }
        }

        private Tally add(JobRecord job, TaskRange tasks, int count, String blame) {
            Tally tally = tallies.computeIfAbsent(job.id(), id -> new Tally());
            if (tally.count == 0) {
                tally.first = tasks.from();
                tally.blame = blame;
            }
            tally.count += count;
            for (int task = job.nextFailed(tasks.from()); task < tasks.end(); task = job.nextFailed(task + 1)) {
                tally.forGood++;
            }
            return tally;
        }

        private static String blame(BatchOutcome.Blame blame) {
            return blame(blame.end(), blame.exitCode(), blame.reason());
        }

        private static String blame(AttemptEnd end, int exitCode, String reason) {
            if (!reason.isEmpty()) {
                return reason;
            }
            return end == AttemptEnd.TIMED_OUT ? "it took too long" : "exit code " + exitCode;
        }

        void tell(Moment now) {
            tallies.forEach((job, tally) -> ring.add(
                    now,
                    Happening.ofTask(
                                    EventKind.TASK_FAILED,
                                    node,
                                    job,
                                    tally.first,
                                    Happening.BRAMBLE,
                                    sentence(job, tally))
                            .costing(Optional.of(new Toll(tally.count, tally.millis)))));
            checkpoints.forEach((job, tally) -> ring.add(
                    now,
                    Happening.ofTask(
                            EventKind.TASK_CHECKPOINTED, node, job, tally.first, Happening.BRAMBLE, left(job, tally))));
        }

        private String left(JobId job, Tally tally) {
            String where = " stopped on " + names.apply(node) + " and left ";
            return tally.count == 1
                    ? "task " + tally.first + " of job " + job + " was" + where + "a checkpoint to go on from"
                    : tally.count + " tasks of job " + job + " were" + where
                            + "checkpoints to go on from; the first is task " + tally.first;
        }

        private String sentence(JobId job, Tally tally) {
            String where = " on " + names.apply(node) + ": " + tally.blame;
            if (tally.count == 1) {
                return "task " + tally.first + " of job " + job + " failed" + (tally.forGood == 1 ? " for good" : "")
                        + where;
            }
            return tally.count + " tasks of job " + job + " failed"
                    + (tally.forGood == 0 ? "" : ", " + tally.forGood + " of them for good") + "; the first is task "
                    + tally.first + where;
        }
    }
}
