package dev.bramble.control;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.AttemptRecord;
import dev.bramble.ledger.CopyCensus;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LostFiles;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.RecordedResult;
import dev.bramble.ledger.Replica;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.TaskArguments;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a head shows of jobs and their tasks; part of {@link HeadViews}. */
final class JobViews {
    private final Replica replica;
    private final LeaderWord word;
    private final Supplier<CopyCensus> census;
    private final Supplier<Moment> clock;

    /**
     * @param census of the copies of files as they are now
     * @param clock bramble time, as far as this head knows
     */
    JobViews(Replica replica, LeaderWord word, Supplier<CopyCensus> census, Supplier<Moment> clock) {
        this.replica = replica;
        this.word = word;
        this.census = census;
        this.clock = clock;
    }

    List<Views.JobView> newestFirst(
            Optional<JobId> before, int limit, Optional<JobPhase> phase, Optional<String> owner) {
        var older = before.isPresent()
                ? replica.state().jobs().headMap(before.get())
                : replica.state().jobs();
        List<JobRecord> newestFirst = new ArrayList<>(older.values()).reversed();
        return newestFirst.stream()
                .filter(job -> phase.isEmpty() || phase(job) == phase.get())
                .filter(job -> owner.isEmpty() || job.owner().equals(owner.get()))
                .limit(limit)
                .map(this::view)
                .toList();
    }

    Optional<Views.JobView> job(JobId job) {
        return replica.state().job(job).map(this::view);
    }

    List<Views.JobView> active(int limit) {
        return replica.state().activeJobs().stream()
                .limit(limit)
                .map(this::view)
                .toList();
    }

    private Views.JobView view(JobRecord job) {
        Moment now = clock.get();
        JobPhase phase = phase(job);
        Optional<Message.JobSoft> live = word.job(job.id()).filter(any -> !phase.isFinal());
        long eta = live.map(Message.JobSoft::etaMillis).orElse(-1L);
        Moment end = job.endedAt().orElse(now);
        Optional<Long> deadlineIn =
                job.deadline().map(deadline -> deadline.since(now).toMillis());
        boolean late = job.deadline().map(deadline -> deadline.isBefore(end)).orElse(false);
        return new Views.JobView(
                job.id(),
                job.spec().name(),
                job.owner(),
                phase,
                job.spec().tasks().count(),
                job.succeededTasks(),
                job.failedTasks(),
                live.map(Message.JobSoft::running).orElse(0),
                job.spec().reduce().isPresent(),
                job.spec().filter().isPresent(),
                live.map(Message.JobSoft::tasksPerSecond).orElse(0.0),
                eta,
                now.since(job.submittedAt()).toMillis(),
                replica.state().calendar().at(job.submittedAt()),
                end.since(job.submittedAt()).toMillis(),
                deadlineIn.filter(left -> !phase.isFinal()),
                late,
                deadlineIn.filter(left -> eta >= 0).map(left -> left - eta),
                live.map(Message.JobSoft::waitingBecause).orElse(""),
                endedBecause(job, phase),
                census.get().fewByJob().getOrDefault(job.id(), 0),
                census.get().lostByJob().containsKey(job.id()) ? LostFiles.sentences(replica.state(), job) : List.of());
    }

    /** The ledger hears of a running job with its first outcome, the leader at once. */
    private JobPhase phase(JobRecord job) {
        boolean isRunning = word.job(job.id()).filter(now -> now.running() > 0).isPresent();
        return job.phase() == JobPhase.QUEUED && isRunning ? JobPhase.RUNNING : job.phase();
    }

    private static String endedBecause(JobRecord job, JobPhase phase) {
        return switch (phase) {
            case QUEUED, RUNNING, REDUCING, SUCCEEDED -> "";
            case CANCELLED -> job.cancelled().map(JobRecord.Ending::reason).orElse("cancelled");
            case FAILED ->
                job.hasFailed(job.spec().reduceIndex())
                        ? "its reduce failed"
                        : job.failedTasks() + " of " + job.spec().tasks().count() + " tasks failed";
        };
    }

    List<Views.TaskView> tasks(JobId id, int from, int limit, Optional<Views.TaskState> wanted) {
        List<Views.TaskView> tasks = new ArrayList<>();
        replica.state().job(id).ifPresent(job -> {
            int end = job.spec().totalTasks();
            int task = next(job, from, wanted);
            while (task < end && tasks.size() < limit) {
                tasks.add(view(job, task));
                task = next(job, task + 1, wanted);
            }
        });
        return tasks;
    }

    /** The next task that shows in this state: the three that failed of a million are found without a walk. */
    private static int next(JobRecord job, int from, Optional<Views.TaskState> wanted) {
        int none = job.spec().totalTasks();
        if (wanted.isEmpty()) {
            return from;
        }
        return switch (wanted.get()) {
            case SUCCEEDED -> job.nextSucceeded(from);
            case FAILED -> job.nextFailed(from);
            case WAITING -> job.phase().isFinal() ? none : job.nextWithoutOutcome(from);
            case CANCELLED -> job.phase().isFinal() ? job.nextWithoutOutcome(from) : none;
            case RUNNING -> none;
        };
    }

    Optional<Views.TaskView> task(JobId id, int task) {
        return replica.state()
                .job(id)
                .filter(job -> task >= 0 && task < job.spec().totalTasks())
                .map(job -> view(job, task));
    }

    private static Views.TaskState state(JobRecord job, int task) {
        if (job.hasSucceeded(task)) {
            return Views.TaskState.SUCCEEDED;
        }
        if (job.hasFailed(task)) {
            return Views.TaskState.FAILED;
        }
        return job.phase().isFinal() ? Views.TaskState.CANCELLED : Views.TaskState.WAITING;
    }

    private Views.TaskView view(JobRecord job, int task) {
        Optional<RecordedResult> result = job.result(task);
        List<AttemptRecord> history = job.history(task);
        String newest = history.isEmpty() ? "" : history.getLast().reason();
        return new Views.TaskView(
                task,
                TaskArguments.parameters(TaskArguments.inputOf(job.spec(), task)),
                state(job, task),
                result.map(RecordedResult::node).map(this::name),
                ChargedTries.of(job, task),
                result.map(RecordedResult::exitCode).orElse(-1),
                result.map(RecordedResult::millis).orElse(0L),
                result.map(RecordedResult::reason).orElse(newest),
                result.map(RecordedResult::stdout).map(Output::lastLine).orElse(""),
                history.stream().map(this::view).toList());
    }

    private Views.AttemptView view(AttemptRecord attempt) {
        return new Views.AttemptView(
                attempt.number(),
                name(attempt.node()),
                attempt.end(),
                attempt.exitCode(),
                attempt.millis(),
                attempt.reason());
    }

    private String name(NodeId node) {
        NodeRecord known = replica.state().nodes().get(node);
        return known == null ? node.value() : known.name();
    }

    Optional<Views.ResultView> result(JobId id, int task) {
        return replica.state()
                .job(id)
                .flatMap(job -> job.result(task))
                .map(result -> new Views.ResultView(
                        task,
                        result.stdout(),
                        result.stderr(),
                        result.cut(),
                        result.outputs().stream()
                                .map(file -> new Views.FileView(file.name(), file.content(), file.executable()))
                                .toList()));
    }
}
