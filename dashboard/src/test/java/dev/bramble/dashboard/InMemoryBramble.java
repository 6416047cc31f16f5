package dev.bramble.dashboard;

import dev.bramble.control.Control;
import dev.bramble.control.UploadLimit;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.BlobId;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Output;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.UserRole;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What a test's bramble knows. Four users: vera views, ada and bob submit, olga operates, root is admin. */
final class InMemoryBramble implements DerivedViews {
    static final Instant CALENDAR = Instant.parse("2026-11-22T10:15:30.123456789Z");

    long revision = 1;
    long behindMillis = 40;
    Optional<NodeId> leader = Optional.of(new NodeId("n1"));
    Optional<Instant> calendar = Optional.of(CALENDAR);
    List<String> warnings = new ArrayList<>();
    final Map<String, Principal> principals = new HashMap<>();
    final List<NodeView> nodes = new ArrayList<>();
    final List<VoterView> voters = new ArrayList<>();
    final List<EnrolmentView> waiting = new ArrayList<>();
    final List<TokenView> tokens = new ArrayList<>();
    final InMemoryAccounts accounts = new InMemoryAccounts(this);
    final List<EventView> events = new ArrayList<>();
    volatile boolean recovered;
    volatile boolean caughtUp;
    Optional<ShutdownView> shutdown = Optional.empty();
    RackView racks = new RackView(RackLayout.EMPTY, 0, "", 0);
    final NavigableMap<JobId, JobView> jobs = new TreeMap<>();
    final Map<JobId, JobSpec> specs = new HashMap<>();
    final Map<JobId, List<TaskView>> tasks = new HashMap<>();
    final Map<JobId, Map<Integer, ResultView>> results = new HashMap<>();
    /** Of filters, the lines that they answered. */
    final Map<JobId, List<String>> answers = new HashMap<>();

    final InMemoryStream stream = new InMemoryStream();
    final Map<JobId, List<Control.RunningTask>> running = new HashMap<>();
    final Map<Control.LogStream, byte[]> logs = new HashMap<>();
    final Map<BlobId, byte[]> blobs = new HashMap<>();
    volatile long uploadBytesLeft = Long.MAX_VALUE;
    final Map<BlobId, List<String>> holders = new HashMap<>();
    final Set<BlobId> lost = new HashSet<>();

    InMemoryBramble() {
        principal("vera-token", "vera", UserRole.VIEWER);
        principal("ada-token", "ada", UserRole.SUBMITTER);
        principal("bob-token", "bob", UserRole.SUBMITTER);
        principal("olga-token", "olga", UserRole.OPERATOR);
        principal("root-token", "root", UserRole.ADMIN);
    }

    private void principal(String credential, String user, UserRole role) {
        principals.put(credential, new Principal(user, role, "t-" + user));
        tokens.add(InMemoryAccounts.apiToken(user, role));
    }

    void addNode(String id, String name, boolean isLeader) {
        nodes.add(node(id, name, isLeader, Link.UP, NodeStanding.READY, "", Optional.of(health(47.3))));
        voters.add(new VoterView(new NodeId(id), name, isLeader, true, "192.0.2.7:7400", "s-" + id, ""));
    }

    static NodeView node(
            String id,
            String name,
            boolean isLeader,
            Link link,
            NodeStanding standing,
            String reason,
            Optional<BoardHealth> health) {
        return new NodeView(
                new NodeId(id),
                name,
                NodeRole.AGENT,
                link,
                link == Link.UP ? 120 : 400_000,
                standing,
                reason,
                reason.isEmpty() ? "" : "olga",
                60_000,
                Optional.empty(),
                List.of(),
                0,
                true,
                isLeader,
                "100000003d1f" + id,
                Optional.of(
                        new NodeCapacity(4000, 3_400_000_000L, new TreeMap<>(Map.of("ssd", "yes")), "process group")),
                health,
                2,
                6,
                0.42,
                31,
                4_200_000,
                1,
                Optional.empty());
    }

    static BoardHealth health(double celsius) {
        return SampleHealth.of(celsius);
    }

    JobId add(JobSpec spec, String owner) {
        JobId job = new JobId(jobs.isEmpty() ? 1 : jobs.lastKey().number() + 1);
        int count = spec.tasks().count();
        jobs.put(
                job,
                jobView(
                        job,
                        spec.name(),
                        owner,
                        JobPhase.QUEUED,
                        count,
                        0,
                        0,
                        spec.reduce().isPresent()));
        specs.put(job, spec);
        List<TaskView> views = new ArrayList<>();
        IntStream.range(0, spec.totalTasks()).forEach(index -> views.add(waitingTask(index, index == count)));
        tasks.put(job, views);
        results.put(job, new HashMap<>());
        return job;
    }

    JobView jobView(
            JobId job,
            String name,
            String owner,
            JobPhase phase,
            int tasks,
            int succeeded,
            int failed,
            boolean reduce) {
        return new JobView(
                job,
                name,
                owner,
                phase,
                tasks,
                succeeded,
                failed,
                phase.isFinal() ? 0 : 1,
                reduce,
                answers.containsKey(job),
                phase.isFinal() ? 0 : 3.5,
                phase.isFinal() ? -1 : 61_000,
                90_000,
                Optional.of(CALENDAR),
                80_000,
                Optional.empty(),
                false,
                Optional.empty(),
                "",
                phase == JobPhase.FAILED ? "1 task failed" : "",
                0,
                List.of());
    }

    private static TaskView waitingTask(int index, boolean isReduce) {
        return new TaskView(
                index, parameters(index, isReduce), TaskState.WAITING, Optional.empty(), 0, 0, 0, "", "", List.of());
    }

    private static SequencedMap<String, String> parameters(int index, boolean isReduce) {
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        parameters.put(isReduce ? "reduce" : "index", isReduce ? "true" : Integer.toString(index));
        return parameters;
    }

    /** A task ends well, having printed {@code stdout}. */
    void succeed(JobId job, int index, Output stdout, List<FileView> files) {
        TaskView before = tasks.get(job).get(index);
        String lastLine = stdout instanceof Output.Inline inline
                ? new String(inline.bytes(), StandardCharsets.UTF_8).strip()
                : "…";
        List<AttemptView> history = List.of(
                new AttemptView(1, "pi02", Optional.of(AttemptEnd.TIMED_OUT), 143, 600_000, "it ran longer than 10 m"),
                new AttemptView(2, "pi03", Optional.empty(), 0, 4_000, "pi03 left"));
        tasks.get(job)
                .set(
                        index,
                        new TaskView(
                                index,
                                before.parameters(),
                                TaskState.SUCCEEDED,
                                Optional.of("pi01"),
                                3,
                                0,
                                1_250,
                                "",
                                lastLine,
                                history));
        Output stderr = Output.Inline.EMPTY;
        results.get(job).put(index, new ResultView(index, stdout, stderr, false, files));
    }

    /** A task of a job that goes on failed at its last try, as at those before. */
    void fail(JobId job, int index, String node, String reason, String stderr) {
        tasks.get(job).set(index, InMemoryTasks.failed(tasks.get(job).get(index), node, reason));
        Output words = new Output.Inline(stderr.getBytes(StandardCharsets.UTF_8));
        results.get(job).put(index, new ResultView(index, Output.Inline.EMPTY, words, false, List.of()));
        JobView view = jobs.get(job);
        jobs.put(
                job,
                jobView(
                        job,
                        view.name(),
                        view.owner(),
                        JobPhase.RUNNING,
                        view.tasks(),
                        view.succeeded(),
                        view.failed() + 1,
                        view.hasReduce()));
    }

    BlobId keep(byte[] bytes) {
        BlobId blob = InMemoryControl.blobOf(bytes);
        blobs.put(blob, bytes);
        return blob;
    }

    void cancel(JobId job) {
        JobView view = jobs.get(job);
        if (view.phase().isFinal()) {
            throw new RefusedException(Refusal.Kind.CONFLICT, "job " + job + " has ended already");
        }
        jobs.put(
                job, jobView(job, view.name(), view.owner(), JobPhase.CANCELLED, view.tasks(), 0, 0, view.hasReduce()));
    }

    void retry(JobId job) {
        JobView view = jobs.get(job);
        if (!view.phase().isFinal()) {
            throw new RefusedException(Refusal.Kind.CONFLICT, "job " + job + " has not ended");
        }
        jobs.put(job, jobView(job, view.name(), view.owner(), JobPhase.QUEUED, view.tasks(), 0, 0, view.hasReduce()));
    }

    void remove(JobId job) {
        if (!jobs.get(job).phase().isFinal()) {
            throw new RefusedException(Refusal.Kind.CONFLICT, "job " + job + " has not ended: cancel it first");
        }
        jobs.remove(job);
    }

    void setStanding(NodeId id, NodeStanding standing, String reason, String by) {
        nodes.replaceAll(node -> node.node().equals(id)
                ? node(id.value(), node.name(), node.leader(), node.link(), standing, reason, node.health())
                : node);
    }

    @Override
    public Optional<Principal> authenticate(String credential) {
        return Optional.ofNullable(principals.get(credential)).filter(who -> accounts.isOpen(credential));
    }

    @Override
    public InMemoryStream stream() {
        return stream;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public Optional<Instant> calendar() {
        return calendar;
    }

    @Override
    public Summary summary() {
        return new Summary(
                "home",
                "l-1",
                revision,
                behindMillis,
                leader,
                calendar,
                (int) nodes.stream().filter(node -> node.link() == Link.UP).count(),
                nodes.size(),
                voters.size(),
                (int) jobs.values().stream()
                        .filter(job -> !job.phase().isFinal())
                        .count(),
                12_345,
                7,
                Double.NaN,
                new Files(62, 8_400_000, 2, 1, 1, 3),
                List.copyOf(warnings));
    }

    @Override
    public long uploadBytesMax() {
        return 1L << 40;
    }

    @Override
    public RackView racks() {
        return racks;
    }

    @Override
    public UploadLimit uploadLimit(Principal user) {
        return new UploadLimit(uploadBytesLeft, "your files here have too many bytes: remove old jobs");
    }

    void happen(EventKind kind, Optional<String> node, Optional<JobId> job, String text) {
        events.add(new EventView(
                events.size() + 1,
                kind,
                1_500,
                calendar,
                node.map(NodeId::new),
                node.flatMap(this::node).map(NodeView::name).orElse(""),
                job,
                -1,
                "olga",
                text,
                Optional.empty()));
    }

    @Override
    public List<EventView> events(OptionalLong after, int limit, EventFilter filter) {
        List<EventView> wanted = events.stream()
                .filter(each -> each.number() > after.orElse(0) && each.kind().isFor(filter.tokensOf(), each.by()))
                .filter(event -> filter.node().isEmpty() || filter.node().equals(event.nodeId()))
                .filter(event -> filter.job().isEmpty() || filter.job().equals(event.job()))
                .filter(event -> filter.kind().isEmpty() || filter.kind().get() == event.kind())
                .filter(event -> !filter.warningsOnly() || event.kind().weight() == EventKind.Weight.WARNING)
                .toList();
        int first = after.isPresent() ? 0 : Math.max(0, wanted.size() - limit);
        return wanted.subList(first, Math.min(wanted.size(), first + limit));
    }

    @Override
    public boolean isRecovered() {
        return recovered;
    }

    @Override
    public boolean isCaughtUp() {
        return caughtUp;
    }

    @Override
    public Optional<ShutdownView> shutdown() {
        return shutdown;
    }

    /** A drain as it is just after its order. */
    static DrainView drain(DrainSpec spec, String reason, String by) {
        return new DrainView(
                spec.mode(),
                spec.deadline().toMillis(),
                spec.grace().toMillis(),
                spec.then(),
                spec.maxOut(),
                reason,
                by,
                20,
                Optional.empty(),
                false,
                false,
                false,
                2,
                1,
                3,
                4_200_000,
                61_000,
                List.of("2 tasks run", "3 files have no other copy"),
                List.of());
    }

    /** The same once nothing is left to do. */
    static DrainView proven(DrainView drain) {
        return ended(drain, false);
    }

    /** The same of the only node. */
    static DrainView inPlace(DrainView drain) {
        return ended(drain, true);
    }

    private static DrainView ended(DrainView drain, boolean inPlace) {
        return new DrainView(
                drain.mode(),
                drain.deadlineMillis(),
                drain.graceMillis(),
                drain.then(),
                drain.maxOut(),
                drain.reason(),
                drain.by(),
                drain.orderedMillisAgo(),
                Optional.of(800_000L),
                inPlace,
                false,
                true,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                List.of("safe to unplug: no task is left on it; its vote has moved to pi02"));
    }

    void setDrain(String id, NodeStanding standing, Optional<DrainView> drain) {
        nodes.replaceAll(node -> node.node().value().equals(id)
                ? new NodeView(
                        node.node(),
                        node.name(),
                        node.role(),
                        node.link(),
                        node.heardMillisAgo(),
                        standing,
                        drain.map(DrainView::reason).orElse(""),
                        drain.map(DrainView::by).orElse(""),
                        70,
                        drain,
                        List.of(HealthFlag.HOT, HealthFlag.UNDER_VOLTAGE),
                        1.25,
                        node.voter(),
                        node.leader(),
                        node.boardSerial(),
                        node.capacity(),
                        node.health(),
                        node.runningTasks(),
                        node.heldTasks(),
                        node.roundTripMillis(),
                        node.blobs(),
                        node.blobBytes(),
                        node.copying(),
                        node.located())
                : node);
    }

    @Override
    public List<SettingView> settings() {
        return List.of(new SettingView("blobs.heal-after", "30s", "30s", "how long a node may be away"));
    }

    @Override
    public List<NodeView> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public Optional<NodeView> node(String idOrName) {
        return nodes.stream()
                .filter(node ->
                        node.name().equals(idOrName) || node.node().value().equals(idOrName))
                .findFirst();
    }

    @Override
    public List<JobView> jobs(Optional<JobId> before, int limit, Optional<JobPhase> phase, Optional<String> owner) {
        return jobs.descendingMap().values().stream()
                .filter(job -> before.isEmpty() || job.job().compareTo(before.get()) < 0)
                .filter(job -> phase.isEmpty() || job.phase() == phase.get())
                .filter(job -> owner.isEmpty() || job.owner().equals(owner.get()))
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return Optional.ofNullable(jobs.get(job));
    }

    @Override
    public Optional<JobSpec> spec(JobId job) {
        return Optional.ofNullable(specs.get(job));
    }

    @Override
    public List<TaskView> tasks(JobId job, int from, int limit, Optional<TaskState> state) {
        return tasks.getOrDefault(job, List.of()).stream()
                .filter(task -> task.task() >= from)
                .filter(task -> state.isEmpty() || task.state() == state.get())
                .limit(limit)
                .toList();
    }

    @Override
    public byte[] outcomes(JobId job, int from, int count, byte open, byte succeeded, byte failed) {
        return InMemoryTasks.outcomes(tasks.getOrDefault(job, List.of()), from, count, open, succeeded, failed);
    }

    @Override
    public Optional<TaskView> task(JobId job, int task) {
        List<TaskView> all = tasks.getOrDefault(job, List.of());
        return task < all.size() ? Optional.of(all.get(task)) : Optional.empty();
    }

    @Override
    public Optional<ResultView> result(JobId job, int task) {
        return Optional.ofNullable(results.getOrDefault(job, Map.of()).get(task));
    }

    /** Makes the job a filter that answered these lines. */
    void answer(JobId job, List<String> lines) {
        answers.put(job, lines);
        JobView view = jobs.get(job);
        jobs.put(
                job, jobView(job, view.name(), view.owner(), JobPhase.SUCCEEDED, view.tasks(), view.tasks(), 0, false));
    }

    @Override
    public Optional<AnswerPage> answers(JobId job, int from, int mostPieces) {
        throw new UnsupportedOperationException("answers are written by the control port");
    }

    @Override
    public boolean mayRead(Principal user, BlobId blob) {
        return has(user, blob);
    }

    @Override
    public boolean has(Principal user, BlobId blob) {
        return holders.getOrDefault(blob, List.of()).contains(user.user());
    }

    @Override
    public boolean isLost(BlobId blob) {
        return lost.contains(blob);
    }

    @Override
    public List<VoterView> voters() {
        return List.copyOf(voters);
    }

    final InMemoryAlerts alerts = new InMemoryAlerts();

    @Override
    public AlertNotesView alertNotes() {
        return alerts.view();
    }

    @Override
    public List<TokenView> tokens() {
        return List.copyOf(tokens);
    }

    @Override
    public List<UserView> users() {
        return accounts.views();
    }

    @Override
    public Optional<UserView> user(String name) {
        return users().stream().filter(user -> user.name().equals(name)).findFirst();
    }

    @Override
    public boolean needsSetup() {
        return accounts.needsSetup();
    }

    @Override
    public AuditPage audit(long before, int limit, AuditFilter filter) {
        return accounts.page(before, limit, filter);
    }

    @Override
    public List<EnrolmentView> waiting() {
        return List.copyOf(waiting);
    }
}
