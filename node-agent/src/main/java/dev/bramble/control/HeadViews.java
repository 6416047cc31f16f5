package dev.bramble.control;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.ledger.AttemptRecord;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.BlobTable;
import dev.bramble.ledger.CopyCensus;
import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.LostFiles;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.RecordedResult;
import dev.bramble.ledger.Replica;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.BlobId;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Output;
import dev.bramble.model.RefusedException;
import dev.bramble.model.Setting;
import dev.bramble.model.TaskArguments;
import dev.bramble.model.UserRole;
import dev.bramble.time.EventLoop;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Views of a head's copy of the hard state and the leader's last report. Event loop of the head. */
final class HeadViews implements Views {
    /** Three heartbeats of a node to its leader. */
    private static final Duration SUSPECT_AFTER = Timing.PULSE.multipliedBy(3);

    private final EventLoop loop;
    private final Cluster cluster;
    private final Replica replica;
    private final FeedFollower feed;
    private final LeaderWord word;
    private CopyCensus census = CopyCensus.WHOLE;
    private long censusIndex = -1;
    private long censusView = -1;

    HeadViews(EventLoop loop, Cluster cluster, Replica replica, FeedFollower feed, LeaderWord word) {
        this.loop = loop;
        this.cluster = cluster;
        this.replica = replica;
        this.feed = feed;
        this.word = word;
    }

    private LedgerState state() {
        return replica.state();
    }

    private Moment now() {
        return word.now().map(known -> known.orLater(state().now())).orElse(state().now());
    }

    private Optional<Instant> calendar(Moment moment) {
        return state().calendar().at(moment);
    }

    @Override
    public Optional<Principal> authenticate(String credential) {
        try {
            return Optional.of(Authentication.principal(state().tokens(), credential, now()));
        } catch (RefusedException refusal) {
            return Optional.empty();
        }
    }

    @Override
    public long revision() {
        return replica.index();
    }

    @Override
    public Optional<Instant> calendar() {
        return calendar(now());
    }

    @Override
    public Summary summary() {
        long waiting = 0;
        long running = 0;
        double rate = 0;
        int active = 0;
        for (JobRecord job : state().activeJobs()) {
            Optional<Message.JobSoft> now = word.job(job.id());
            int runs = now.map(Message.JobSoft::running).orElse(0);
            active++;
            running += runs;
            waiting += Math.max(0, job.open().getCardinality() - runs);
            rate += now.map(Message.JobSoft::tasksPerSecond).orElse(0.0);
        }
        List<NodeRecord> agents =
                known().filter(node -> node.role() == NodeRole.AGENT).toList();
        long up =
                agents.stream().filter(node -> cluster.view().has(node.node())).count();
        List<String> warnings = new ArrayList<>(word.soft().warnings());
        feed.trouble().ifPresent(trouble -> warnings.add("what this head shows is old: " + trouble));
        Majority.missing(voters()).ifPresent(warnings::add);
        agents.stream()
                .filter(node -> !cluster.view().has(node.node()))
                .forEach(node -> warnings.add("node " + node.name() + " is down"));
        return new Summary(
                state().brambleName(),
                state().ledger().value(),
                revision(),
                replica.index() == 0 ? -1 : (loop.nanos() - feed.heardNanos()) / 1_000_000,
                word.leader(),
                calendar(),
                (int) up,
                agents.size(),
                word.voters().size(),
                active,
                waiting,
                running,
                rate,
                files(warnings),
                warnings);
    }

    /** Counted once for each state and view, however many jobs are shown. */
    private CopyCensus census() {
        if (censusIndex != replica.index() || censusView != cluster.view().number()) {
            census = CopyCensus.of(state(), node -> cluster.view().has(node));
            censusIndex = replica.index();
            censusView = cluster.view().number();
        }
        return census;
    }

    private Files files(List<String> warnings) {
        CopyCensus copies = census();
        int copying = word.nodes().stream().mapToInt(Message.NodeSoft::copying).sum();
        int lost = copies.lost().size();
        int few = copies.few() - lost;
        if (lost > 0) {
            warnings.add((lost == 1 ? "1 file is lost" : lost + " files are lost")
                    + ", every copy is gone or damaged: the pages of the jobs that need them say what to do");
        }
        if (few > 0) {
            warnings.add(
                    (few == 1 ? "1 file has" : few + " files have") + " fewer than two copies on nodes that are up and"
                            + " stay" + (copying > 0 ? ": they are being copied" : ""));
        }
        BlobTable blobs = state().blobTable();
        return new Files(
                blobs.all().size(),
                blobs.bytes(),
                copies.few(),
                lost,
                copying,
                blobs.jobless().size());
    }

    private Stream<NodeRecord> known() {
        return state().nodes().values().stream().filter(node -> !node.forgotten());
    }

    @Override
    public List<NodeView> nodes() {
        return known().sorted(Comparator.comparing(NodeRecord::name))
                .map(this::view)
                .toList();
    }

    @Override
    public Optional<NodeView> node(String idOrName) {
        return known().filter(node ->
                        node.name().equals(idOrName) || node.node().value().equals(idOrName))
                .findFirst()
                .map(this::view);
    }

    private Link link(NodeId node, Optional<Message.NodeSoft> now) {
        boolean isSilent = now.filter(known -> known.heardMillisAgo() > SUSPECT_AFTER.toMillis())
                .isPresent();
        return !cluster.view().has(node) ? Link.DOWN : isSilent ? Link.SUSPECT : Link.UP;
    }

    /** −1 when nobody knows. What a head never heard itself the ledger tells of those that were lost. */
    private long heardMillisAgo(NodeRecord node) {
        OptionalLong heard = word.heardMillisAgo(node.node());
        return heard.isPresent()
                ? heard.getAsLong()
                : state().presence(node.node())
                        .filter(presence -> !presence.up())
                        .map(presence -> now().since(presence.since()).toMillis())
                        .orElse(-1L);
    }

    private NodeView view(NodeRecord node) {
        Optional<Message.NodeSoft> now = word.node(node.node());
        return new NodeView(
                node.node(),
                node.name(),
                node.role(),
                link(node.node(), now),
                heardMillisAgo(node),
                node.standing(),
                node.standingReason(),
                node.standingBy(),
                now().since(node.standingSince()).toMillis(),
                node.drain()
                        .map(drain -> DrainViews.of(node, drain, word.drain(drain.number()), word.hearing(), now())),
                word.flags(node.node()),
                state().presence(node.node())
                        .map(presence -> presence.score(now()))
                        .orElse(0.0),
                word.voters().contains(node.node()),
                word.leader().filter(node.node()::equals).isPresent(),
                node.boardSerial(),
                now.map(Message.NodeSoft::capacity),
                now.flatMap(Message.NodeSoft::health),
                now.map(Message.NodeSoft::running).orElse(0),
                now.map(Message.NodeSoft::held).orElse(0),
                now.map(Message.NodeSoft::roundTripMillis).orElse(0.0),
                state().blobTable().heldBy(node.node()).size(),
                state().blobTable().bytesHeldBy(node.node()),
                now.map(Message.NodeSoft::copying).orElse(0));
    }

    @Override
    public List<EventView> events(OptionalLong after, int limit, EventFilter filter) {
        if (after.isPresent()) {
            return state().events().after(after.getAsLong()).stream()
                    .filter(event -> isWanted(event.what(), filter))
                    .limit(limit)
                    .map(this::view)
                    .toList();
        }
        List<EventView> newest = new ArrayList<>();
        for (EventRecord event : state().events().newestFirst()) {
            if (newest.size() == limit) {
                break;
            }
            if (isWanted(event.what(), filter)) {
                newest.add(view(event));
            }
        }
        return newest.reversed();
    }

    @Override
    public boolean isRecovered() {
        OptionalLong ofLeader = word.ledgerIndex();
        return state().electorate().recovery().isPresent()
                && ofLeader.isPresent()
                && replica.index() >= ofLeader.getAsLong();
    }

    private static boolean isWanted(Happening event, EventFilter filter) {
        return (filter.node().isEmpty() || filter.node().equals(event.node()))
                && (filter.job().isEmpty() || filter.job().equals(event.job()))
                && (filter.kind().isEmpty() || filter.kind().get() == event.kind())
                && (!filter.warningsOnly() || event.kind().weight() == EventKind.Weight.WARNING);
    }

    private EventView view(EventRecord event) {
        Happening what = event.what();
        return new EventView(
                event.number(),
                what.kind(),
                now().since(event.at()).toMillis(),
                calendar(event.at()),
                what.node(),
                what.node().map(this::name).orElse(""),
                what.job(),
                what.task(),
                what.by(),
                what.text());
    }

    @Override
    public Optional<ShutdownView> shutdown() {
        return state().shutdown().map(ordered -> DrainViews.of(ordered, word.soft(), word.leader(), now()));
    }

    @Override
    public List<JobView> jobs(Optional<JobId> before, int limit, Optional<JobPhase> phase, Optional<String> owner) {
        var older = before.isPresent() ? state().jobs().headMap(before.get()) : state().jobs();
        List<JobRecord> newestFirst = new ArrayList<>(older.values()).reversed();
        return newestFirst.stream()
                .filter(job -> phase.isEmpty() || phase(job) == phase.get())
                .filter(job -> owner.isEmpty() || job.owner().equals(owner.get()))
                .limit(limit)
                .map(this::view)
                .toList();
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return state().job(job).map(this::view);
    }

    private JobView view(JobRecord job) {
        Moment now = now();
        JobPhase phase = phase(job);
        Optional<Message.JobSoft> live = word.job(job.id()).filter(any -> !phase.isFinal());
        long eta = live.map(Message.JobSoft::etaMillis).orElse(-1L);
        Moment end = job.endedAt().orElse(now);
        Optional<Long> deadlineIn =
                job.deadline().map(deadline -> deadline.since(now).toMillis());
        boolean late = job.deadline().map(deadline -> deadline.isBefore(end)).orElse(false);
        return new JobView(
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
                calendar(job.submittedAt()),
                end.since(job.submittedAt()).toMillis(),
                deadlineIn.filter(left -> !phase.isFinal()),
                late,
                deadlineIn.filter(left -> eta >= 0).map(left -> left - eta),
                live.map(Message.JobSoft::waitingBecause).orElse(""),
                endedBecause(job, phase),
                census().fewByJob().getOrDefault(job.id(), 0),
                census().lostByJob().containsKey(job.id()) ? LostFiles.sentences(state(), job) : List.of());
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

    @Override
    public Optional<JobSpec> spec(JobId job) {
        return state().job(job).map(JobRecord::spec);
    }

    @Override
    public List<TaskView> tasks(JobId id, int from, int limit, Optional<TaskState> wanted) {
        List<TaskView> tasks = new ArrayList<>();
        state().job(id).ifPresent(job -> {
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
    private static int next(JobRecord job, int from, Optional<TaskState> wanted) {
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

    @Override
    public Optional<TaskView> task(JobId id, int task) {
        return state().job(id)
                .filter(job -> task >= 0 && task < job.spec().totalTasks())
                .map(job -> view(job, task));
    }

    private static TaskState state(JobRecord job, int task) {
        if (job.hasSucceeded(task)) {
            return TaskState.SUCCEEDED;
        }
        if (job.hasFailed(task)) {
            return TaskState.FAILED;
        }
        return job.phase().isFinal() ? TaskState.CANCELLED : TaskState.WAITING;
    }

    private TaskView view(JobRecord job, int task) {
        Optional<RecordedResult> result = job.result(task);
        List<AttemptRecord> history = job.history(task);
        String newest = history.isEmpty() ? "" : history.getLast().reason();
        return new TaskView(
                task,
                TaskArguments.parameters(TaskArguments.inputOf(job.spec(), task)),
                state(job, task),
                result.map(RecordedResult::node).map(this::name),
                ChargedTries.of(job, task),
                result.map(RecordedResult::exitCode).orElse(-1),
                result.map(RecordedResult::millis).orElse(0L),
                result.map(RecordedResult::reason).orElse(newest),
                result.map(RecordedResult::stdout).map(HeadViews::lastLine).orElse(""),
                history.stream().map(this::view).toList());
    }

    private AttemptView view(AttemptRecord attempt) {
        return new AttemptView(
                attempt.number(),
                name(attempt.node()),
                attempt.end(),
                attempt.exitCode(),
                attempt.millis(),
                attempt.reason());
    }

    private String name(NodeId node) {
        NodeRecord known = state().nodes().get(node);
        return known == null ? node.value() : known.name();
    }

    private static String lastLine(Output output) {
        return switch (output) {
            case Output.Inline inline -> Output.lastLine(inline.bytes());
            case Output.Stored stored -> stored.lastLine();
            case Output.Slice slice -> slice.lastLine();
            case Output.SegmentLine line -> "";
        };
    }

    @Override
    public Optional<ResultView> result(JobId id, int task) {
        return state().job(id)
                .flatMap(job -> job.result(task))
                .map(result -> new ResultView(
                        task,
                        result.stdout(),
                        result.stderr(),
                        result.cut(),
                        result.outputs().stream()
                                .map(file -> new FileView(file.name(), file.content(), file.executable()))
                                .toList()));
    }

    @Override
    public Optional<AnswerPage> answers(JobId id, int from, int mostPieces) {
        return state().job(id).map(job -> job.answers(from, mostPieces));
    }

    @Override
    public boolean mayRead(Principal user, BlobId blob) {
        return state().blob(blob)
                .filter(known -> known.owners().contains(user.user()) || user.may(UserRole.OPERATOR))
                .isPresent();
    }

    @Override
    public boolean has(Principal user, BlobId blob) {
        return state().blob(blob)
                .filter(known -> known.owners().contains(user.user()))
                .map(BlobRecord::holders)
                .filter(holders -> !holders.isEmpty())
                .isPresent();
    }

    @Override
    public boolean isLost(BlobId blob) {
        return state().blob(blob)
                .map(BlobRecord::holders)
                .filter(holders -> holders.isEmpty())
                .isPresent();
    }

    @Override
    public List<VoterView> voters() {
        return word.voters().stream().map(this::voter).toList();
    }

    private VoterView voter(NodeId voter) {
        Optional<Message.VoterSoft> known = word.soft().voters().stream()
                .filter(each -> each.node().equals(voter))
                .findFirst();
        return new VoterView(
                voter,
                name(voter),
                word.leader().filter(voter::equals).isPresent(),
                cluster.view().has(voter),
                known.map(Message.VoterSoft::address).orElse(""),
                known.map(Message.VoterSoft::storage).orElse(""),
                known.map(Message.VoterSoft::trouble).orElse(""));
    }

    @Override
    public long uploadBytesMax() {
        return state().settings().get(Setting.BLOBS_UPLOAD_MAX);
    }

    @Override
    public UploadLimit uploadLimit(Principal user) {
        return UploadLimit.of(state(), user.user());
    }

    @Override
    public List<SettingView> settings() {
        return Arrays.stream(Setting.values())
                .map(setting -> new SettingView(
                        setting.key(),
                        SettingText.written(setting, state().settings().get(setting)),
                        SettingText.written(setting, setting.standard()),
                        setting.meaning()))
                .toList();
    }

    @Override
    public List<TokenView> tokens() {
        Moment now = now();
        return state().tokens().values().stream()
                .filter(token -> token.expires().map(now::isBefore).orElse(true))
                .map(token -> view(token, now))
                .toList();
    }

    private static TokenView view(TokenRecord token, Moment now) {
        return new TokenView(
                token.id(),
                token.purpose(),
                token.user(),
                token.role(),
                token.expires().map(end -> end.since(now).toMillis()),
                token.by(),
                now.since(token.createdAt()).toMillis());
    }

    @Override
    public List<EnrolmentView> waiting() {
        return word.soft().waiting().stream()
                .map(board -> new EnrolmentView(
                        board.enrolment(),
                        board.code(),
                        board.name(),
                        board.role(),
                        board.boardSerial(),
                        board.address(),
                        board.secondsLeft()))
                .toList();
    }
}
