package dev.bramble.control;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.control.jobfile.DeadlineCalendar;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.BlobTable;
import dev.bramble.ledger.CopyCensus;
import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.OutcomeBytes;
import dev.bramble.ledger.RackRecord;
import dev.bramble.ledger.Replica;
import dev.bramble.model.BlobId;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RefusedException;
import dev.bramble.model.Setting;
import dev.bramble.model.UserRole;
import dev.bramble.time.EventLoop;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private final TaskStream stream;
    private final JobViews jobs;
    private final AccountViews accounts;
    private CopyCensus census = CopyCensus.WHOLE;
    private long censusIndex = -1;
    private long censusView = -1;

    HeadViews(EventLoop loop, Cluster cluster, Replica replica, FeedFollower feed, LeaderWord word, TaskStream stream) {
        this.loop = loop;
        this.cluster = cluster;
        this.replica = replica;
        this.feed = feed;
        this.word = word;
        this.stream = stream;
        this.jobs = new JobViews(replica, word, this::census, this::now);
        this.accounts = new AccountViews(replica, this::now);
    }

    private LedgerState state() {
        return replica.state();
    }

    @Override
    public Moment now() {
        return word.now().map(known -> known.orLater(state().now())).orElse(state().now());
    }

    private Optional<Instant> calendar(Moment moment) {
        return state().calendar().at(moment);
    }

    @Override
    public Optional<Principal> authenticate(String credential) {
        try {
            return Optional.of(Authentication.principal(state().accounts(), credential, now()));
        } catch (RefusedException refusal) {
            return Optional.empty();
        }
    }

    @Override
    public long revision() {
        return replica.index();
    }

    @Override
    public long behindMillis() {
        return replica.index() == 0 ? -1 : (loop.nanos() - feed.heardNanos()) / 1_000_000;
    }

    @Override
    public Optional<Instant> calendar() {
        return calendar(now());
    }

    @Override
    public DeadlineCalendar.Now deadlineCalendar() {
        return DeadlineCalendar.Now.of(calendar(), word.soft().noCalendar().orElse(""));
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
        Majority.missing(voters(), state().shutdown().isPresent()).ifPresent(warnings::add);
        agents.stream()
                .filter(node -> !cluster.view().has(node.node()))
                .forEach(node -> warnings.add(node.name() + " is down"));
        return new Summary(
                state().brambleName(),
                state().ledger().value(),
                revision(),
                behindMillis(),
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
        long heardMillisAgo = heardMillisAgo(node);
        return new NodeView(
                node.node(),
                node.name(),
                node.role(),
                link(node.node(), now),
                heardMillisAgo,
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
                // As old as they were when the node said them, and since.
                now.flatMap(Message.NodeSoft::health)
                        .map(health -> health.aged(Duration.ofMillis(Math.max(0, heardMillisAgo)))),
                now.map(Message.NodeSoft::running).orElse(0),
                now.map(Message.NodeSoft::held).orElse(0),
                now.map(Message.NodeSoft::roundTripMillis).orElse(0.0),
                state().blobTable().heldBy(node.node()).size(),
                state().blobTable().bytesHeldBy(node.node()),
                now.map(Message.NodeSoft::copying).orElse(0),
                located(node.node()));
    }

    private Optional<LocateView> located(NodeId node) {
        return word.located(node)
                .map(each -> new LocateView(each.until().since(now()).toMillis(), each.by()))
                .filter(each -> each.leftMillis() > 0);
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
        return eventsBefore(Long.MAX_VALUE, limit, filter);
    }

    @Override
    public List<EventView> eventsBefore(long number, int limit, EventFilter filter) {
        List<EventView> newest = new ArrayList<>();
        for (EventRecord event : state().events().newestFirst()) {
            if (newest.size() == limit) {
                break;
            }
            if (event.number() < number && isWanted(event.what(), filter)) {
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

    @Override
    public boolean isCaughtUp() {
        OptionalLong ofLeader = word.ledgerIndexWithin(CAUGHT_UP_MAX);
        return ofLeader.isPresent() && replica.index() >= ofLeader.getAsLong();
    }

    private static boolean isWanted(Happening event, EventFilter filter) {
        return (filter.node().isEmpty() || filter.node().equals(event.node()))
                && (filter.job().isEmpty() || filter.job().equals(event.job()))
                && (filter.kind().isEmpty() || filter.kind().get() == event.kind())
                && (!filter.warningsOnly() || event.kind().weight() == EventKind.Weight.WARNING)
                && event.kind().isFor(filter.tokensOf(), event.by());
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
                what.text(),
                what.toll());
    }

    @Override
    public RackView racks() {
        RackRecord racks = state().racks();
        return new RackView(
                racks.layout(),
                racks.version(),
                racks.by(),
                now().since(racks.at()).toMillis());
    }

    @Override
    public Optional<ShutdownView> shutdown() {
        return state().shutdown().map(ordered -> DrainViews.of(ordered, word.soft(), word.leader(), now()));
    }

    @Override
    public List<JobView> jobs(Optional<JobId> before, int limit, Optional<JobPhase> phase, Optional<String> owner) {
        return jobs.newestFirst(before, limit, phase, owner);
    }

    @Override
    public List<JobView> activeJobs(int limit) {
        return jobs.active(limit);
    }

    @Override
    public long tasksEnded() {
        return state().jobs().values().stream()
                .mapToLong(job -> (long) job.succeededTasks() + job.failedTasks())
                .sum();
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return jobs.job(job);
    }

    @Override
    public Optional<JobSpec> spec(JobId job) {
        return state().job(job).map(JobRecord::spec);
    }

    @Override
    public List<TaskView> tasks(JobId job, int from, int limit, Optional<TaskState> wanted) {
        return jobs.tasks(job, from, limit, wanted);
    }

    @Override
    public Optional<TaskView> task(JobId job, int task) {
        return jobs.task(job, task);
    }

    @Override
    public byte[] outcomes(JobId id, int from, int count, byte open, byte succeeded, byte failed) {
        return state().job(id)
                .map(job -> OutcomeBytes.of(job, from, count, open, succeeded, failed))
                .orElse(new byte[0]);
    }

    @Override
    public Optional<TaskStreamView> stream(JobId job, long after, int limit) {
        return stream.view(job, after, limit, now());
    }

    @Override
    public Optional<TaskActivityView> activity(JobId job) {
        return stream.activity(job, now());
    }

    @Override
    public Optional<ResultView> result(JobId job, int task) {
        return jobs.result(job, task);
    }

    @Override
    public Optional<AnswerPage> answers(JobId job, int from, int mostPieces) {
        return state().job(job).map(known -> known.answers(from, mostPieces));
    }

    private String name(NodeId node) {
        NodeRecord known = state().nodes().get(node);
        return known == null ? node.value() : known.name();
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
        boolean isUp = cluster.view().has(voter);
        return new VoterView(
                voter,
                name(voter),
                word.leader().filter(voter::equals).isPresent(),
                isUp,
                known.map(Message.VoterSoft::address).orElse(""),
                known.map(Message.VoterSoft::storage).orElse(""),
                known.map(Message.VoterSoft::trouble).filter(why -> isUp).orElse(""));
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
        return accounts.settings();
    }

    @Override
    public long setting(Setting setting) {
        return state().settings().get(setting);
    }

    @Override
    public AlertNotesView alertNotes() {
        return AlertViews.of(state().alerts(), now());
    }

    @Override
    public List<TokenView> tokens() {
        return accounts.tokens();
    }

    @Override
    public List<UserView> users() {
        return accounts.users();
    }

    @Override
    public Optional<UserView> user(String name) {
        return accounts.user(name);
    }

    @Override
    public boolean needsSetup() {
        return state().accounts().setup().isPresent();
    }

    @Override
    public AuditPage audit(long before, int limit, AuditFilter filter) {
        return accounts.audit(before, limit, filter);
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
