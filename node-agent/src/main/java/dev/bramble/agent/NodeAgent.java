package dev.bramble.agent;

import dev.bramble.board.Board;
import dev.bramble.board.BoardPower;
import dev.bramble.board.Watcher;
import dev.bramble.board.panel.Front;
import dev.bramble.board.panel.Light;
import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Requests;
import dev.bramble.cluster.Senders;
import dev.bramble.cluster.View;
import dev.bramble.cluster.guests.Guesthouse;
import dev.bramble.codec.CborCodec;
import dev.bramble.control.Answer;
import dev.bramble.control.Control;
import dev.bramble.control.Question;
import dev.bramble.door.Door;
import dev.bramble.door.DoorLimits;
import dev.bramble.door.DoorPeerBlobs;
import dev.bramble.door.LinkPace;
import dev.bramble.leader.FeedServer;
import dev.bramble.leader.Voter;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.Setting;
import dev.bramble.model.Version;
import dev.bramble.runner.CopyKeeper;
import dev.bramble.runner.Inputs;
import dev.bramble.runner.Offload;
import dev.bramble.runner.PanelDuty;
import dev.bramble.runner.PowerOrders;
import dev.bramble.runner.ReduceInput;
import dev.bramble.runner.Results;
import dev.bramble.runner.Runner;
import dev.bramble.store.BlobFetch;
import dev.bramble.store.DamagedBlobException;
import dev.bramble.store.disk.DiskBlobStore;
import dev.bramble.store.disk.DiskScratch;
import dev.bramble.time.CalendarClock;
import dev.bramble.time.ThreadEventLoop;
import dev.bramble.trust.Authority;
import dev.bramble.trust.Identity;
import dev.bramble.trust.x509.Argon2Passwords;
import dev.bramble.trust.x509.X509Authority;
import dev.bramble.worker.Filters;
import dev.bramble.worker.Workers;
import dev.bramble.worker.process.ProcessFilters;
import dev.bramble.worker.process.ProcessSettings;
import dev.bramble.worker.process.ProcessWorkers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole node, wired by hand. Its mutable state is owned by one event loop; this class only dispatches. */
final class NodeAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
    /** How often a node that keeps a ledger tells the leader so. */
    private static final Duration VOTER_STATE_EVERY = Duration.ofSeconds(2);
    /** A term is lost to a pause of a second: a machine that has so many in a row is of no use as a founder. */
    private static final int FOUNDING_TRIES_MAX = 10;

    /** A flush that a slow card takes seconds for. */
    private static final Duration LEDGER_CLOSE_MAX = Duration.ofSeconds(10);

    private final MemberConfig config;
    private final Identity identity;
    private final Consumer<String> onRefusal;
    private final Consumer<String> onFailure;
    private final CborCodec codec = new CborCodec();
    private final ThreadEventLoop loop;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final BoardReadings readings;
    private final AtomicReference<Authority> authority = new AtomicReference<>();
    private final CalendarClock calendar;
    private final ProcessWorkers workers;
    private final Filters filters;
    private final DiskBlobStore blobs;
    private final Door door;
    private final DoorPeerBlobs peers;
    private final Cluster cluster;
    private final Requests requests;
    private final Runner runner;
    private final CopyKeeper copies;
    private final PowerOrders powerOrders;
    private final PanelDuty panel;
    private volatile Set<NodeId> forgotten = Set.of();
    private Voter voter;
    private final CompletableFuture<Void> ledgerClosed = new CompletableFuture<>();
    private final OwnLedger ledger;

    /**
     * @param onRefusal told once, when this node can never run as it is; the sentence says why
     * @param onFailure told when it cannot go on now, and another start may help
     */
    static NodeAgent start(
            MemberConfig config,
            Board board,
            BoardPower power,
            BoardFront front,
            Watcher watcher,
            Consumer<String> onRefusal,
            Consumer<String> onFailure)
            throws IOException {
        ThreadEventLoop loop = newLoop();
        // Before it has an identity, which may take an operator hours.
        Liveness.begin(loop, watcher, front::words);
        Birth birth = new Birth(config, NodeRole.AGENT, board, () -> front.showUntilTold(Light.WAITING));
        Birth.Born born = birth.identity();
        front.showUntilTold(Light.STARTING);
        return new NodeAgent(config, board, power, front, loop, born, Optional.empty(), onRefusal, onFailure);
    }

    /** @param host whose guest it is in the cluster, as a simulated board among many; empty for a member proper */
    static NodeAgent start(
            MemberConfig config,
            Board board,
            BoardPower power,
            BoardFront front,
            Optional<Guesthouse> host,
            Consumer<String> onRefusal,
            Consumer<String> onFailure)
            throws IOException {
        Birth.Born born = new Birth(config, NodeRole.AGENT, board, () -> front.showUntilTold(Light.WAITING)).identity();
        front.showUntilTold(Light.STARTING);
        return new NodeAgent(config, board, power, front, newLoop(), born, host, onRefusal, onFailure);
    }

    private NodeAgent(
            MemberConfig config,
            Board board,
            BoardPower power,
            Front front,
            ThreadEventLoop loop,
            Birth.Born born,
            Optional<Guesthouse> host,
            Consumer<String> onRefusal,
            Consumer<String> onFailure)
            throws IOException {
        this.config = config;
        this.identity = born.identity();
        this.onRefusal = onRefusal;
        this.onFailure = onFailure;
        this.loop = loop;
        this.readings = new BoardReadings(board, front, loop, blocking, this::busyShare);
        this.calendar = readings::calendar;
        loadAuthority();
        identity.revoke(peer -> forgotten.contains(peer.node()));
        this.workers = ProcessWorkers.open(processSettings(), loop);
        this.filters = ProcessFilters.open(workers, loop);
        this.blobs = DiskBlobStore.open(config.dir().resolve("store"), config.diskReserveBytes(), this::damaged);
        this.peers = new DoorPeerBlobs(identity, DoorLimits.DEFAULT);
        AtomicReference<NodeAgent> self = new AtomicReference<>();
        this.door = Door.open(
                new InetSocketAddress(config.bind(), config.doorPort()),
                identity,
                blobs,
                new LeaderDesk(question -> self.get().askLeader(question)),
                DoorLimits.DEFAULT);
        DispatchingListener listener = new DispatchingListener();
        Member me = self(config, identity);
        this.cluster = host.isPresent()
                ? host.get().guest(me, listener, loop)
                : ClusterMember.join(config, identity, born.founds(), me, codec, listener, this::refusal, loop);
        this.requests = new Requests(loop, cluster);
        Offload offload = new Offload(loop, blocking);
        this.runner = runner(board, offload);
        this.panel = new PanelDuty(
                new PanelDuty.Parts(identity.node(), loop, front, runner::isFenced, readings::newest, this::askLeader));
        this.copies = copies(offload);
        this.powerOrders = new PowerOrders(
                new PowerOrders.Parts(offload, cluster, power, me.incarnation(), runner::leader, runner::rest));
        this.ledger = new OwnLedger(new OwnLedger.Parts(
                loop,
                blocking,
                () -> ClusterMember.ledgerSettings(config, identity),
                this::newVoter,
                this::awaitLeadership,
                onFailure));
        self.set(this);
        readings.every();
        loop.execute(() -> {
            listener.open();
            runner.start();
            copies.start();
            panel.start();
            everyVoterState();
        });
        if (born.founds() || Files.isDirectory(ledgerFolder())) {
            loop.execute(() -> ledger.open(born.founds()));
        }
    }

    private static ThreadEventLoop newLoop() {
        return new ThreadEventLoop("agent", failure -> LOG.error("a step of the agent failed", failure));
    }

    private void loadAuthority() throws IOException {
        Path file = Birth.authorityFile(config.dir());
        if (Files.exists(file)) {
            authority.set(X509Authority.load(file));
        }
    }

    private ProcessSettings processSettings() {
        ProcessSettings settings =
                ProcessSettings.of(config.dir().resolve("work")).withHidden(List.of(config.dir()));
        return config.uidBase().isPresent()
                ? settings.withUidBase(config.uidBase().getAsInt())
                : settings;
    }

    private static Member self(MemberConfig config, Identity identity) {
        byte[] incarnation = new byte[8];
        new SecureRandom().nextBytes(incarnation);
        return new Member(
                identity.node(),
                config.name(),
                identity.role(),
                config.bind() + ":" + config.doorPort(),
                config.bind() + ":" + config.ledgerPort(),
                identity.boardSerial(),
                HexFormat.of().formatHex(incarnation));
    }

    private CopyKeeper copies(Offload offload) {
        LinkPace pace = new LinkPace(Setting.BLOBS_COPY_RATE.standard());
        return new CopyKeeper(new CopyKeeper.Parts(
                offload,
                cluster,
                blobs,
                new BlobFetch(blobs, peers, Inputs.BLOB_BYTES_MAX),
                pace,
                pace::set,
                this::runnerLeader,
                runner::waitingBlobs));
    }

    /** On whichever thread read the copy; before all is wired there is no leader to tell either. */
    private void damaged(DamagedBlobException damage) {
        LOG.warn(damage.getMessage());
        if (copies != null) {
            copies.damaged(damage);
        }
    }

    private Runner runner(Board board, Offload offload) throws IOException {
        ReduceInput reduceInput = new ReduceInput(
                offload, DiskScratch.open(config.dir().resolve("scratch")), requests, codec, () -> runnerLeader());
        Inputs inputs = new Inputs(offload, cluster, blobs, peers, calendar, reduceInput);
        Results results = new Results(identity.node(), offload, cluster, workers, blobs, peers);
        return new Runner(new Runner.Parts(
                identity.node(),
                loop,
                cluster,
                workers,
                filters,
                inputs,
                results,
                capacity(board.health()),
                readings::newest,
                new FileCordonMemory(Birth.cordonFile(config.dir()), offload)));
    }

    private double busyShare() {
        return runner.busyShare();
    }

    private Optional<NodeId> runnerLeader() {
        return runner.leader();
    }

    private NodeCapacity capacity(BoardHealth measured) {
        int milliCpus = config.cpus().orElse(Runtime.getRuntime().availableProcessors() * 1000);
        // A third of a gigabyte is for the system and the agent.
        long free = (long)
                        (measured.memoryTotalBytes().isKnown()
                                ? measured.memoryTotalBytes().value()
                                : 1e9)
                - (350L << 20);
        return new NodeCapacity(
                milliCpus,
                config.memoryBytes().orElse(Math.max(64L << 20, free)),
                config.labels(),
                workers.privilege().level() + ": " + workers.privilege().sentence(),
                Optional.of(Version.current().text()));
    }

    private Path ledgerFolder() {
        return config.dir().resolve("ledger");
    }

    private Voter newVoter() {
        voter = new Voter(new Voter.Parts(
                identity.node(),
                loop,
                cluster,
                codec,
                new SecureRandom(),
                () -> Optional.ofNullable(authority.get()),
                config.votersMax(),
                calendar,
                new Argon2Passwords(),
                blocking,
                FeedServer.PART_BYTES));
        return voter;
    }

    private void awaitLeadership(Voter founder) {
        awaitLeadership(founder, FOUNDING_TRIES_MAX);
    }

    private void awaitLeadership(Voter founder, int triesLeft) {
        boolean leads = founder.leader().map(leader -> leader.isLeading()).orElse(false);
        if (!leads) {
            loop.after(Duration.ofMillis(50), () -> awaitLeadership(founder, triesLeft));
            return;
        }
        new Founding(config, identity)
                .found(founder.leader().orElseThrow(), config.bind() + ":" + config.doorPort())
                .whenComplete((done, failure) -> {
                    if (failure != null && isForNow(failure) && triesLeft > 1) {
                        loop.execute(() -> awaitLeadership(founder, triesLeft - 1));
                    } else if (failure != null) {
                        onFailure.accept("the bramble could not be founded: " + MemberProcess.sentence(failure));
                    }
                });
    }

    /** Whether it was the term that was lost, as after a pause of the whole machine, and the next may do. */
    private static boolean isForNow(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RefusedException refused && refused.refusal().kind() == Refusal.Kind.UNAVAILABLE;
    }

    private void everyVoterState() {
        tellVoterState();
        loop.after(VOTER_STATE_EVERY, this::everyVoterState);
    }

    private void tellVoterState() {
        runner.leader().ifPresent(leader -> ledger.state().ifPresent(state -> cluster.send(leader, state)));
    }

    private Optional<String> refusal(NodeId node, String boardSerial) {
        return voter == null ? Optional.empty() : voter.refusal(node, boardSerial);
    }

    /** Asks whoever leads; from any thread. */
    private CompletionStage<Answer> askLeader(Question question) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        loop.execute(() -> {
            Optional<NodeId> leader = runner.leader();
            if (leader.isEmpty()) {
                answer.complete(noLeader());
                return;
            }
            requests.ask(leader.get(), codec.encodeQuestion(question), Duration.ofSeconds(10))
                    .whenComplete((bytes, failure) -> {
                        if (failure == null) {
                            answer.complete(codec.decodeAnswer(bytes));
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    });
        });
        return answer;
    }

    private static Answer noLeader() {
        return new Answer.Refused(new Refusal(
                Refusal.Kind.UNAVAILABLE,
                "the bramble has no leader just now: it elects one within seconds; try again"));
    }

    private void answer(Member from, Message.Request request) {
        CompletionStage<Answer> answer;
        try {
            answer = answer(from, codec.decodeQuestion(request.body()));
        } catch (IllegalArgumentException unknown) {
            answer = CompletableFuture.completedFuture(
                    new Answer.Refused(new Refusal(Refusal.Kind.INVALID, unknown.getMessage())));
        }
        answer.thenAccept(done -> loop.execute(
                () -> cluster.send(from.node(), new Message.Reply(request.id(), codec.encodeAnswer(done)))));
    }

    private CompletionStage<Answer> answer(Member from, Question question) {
        if (question instanceof Question.AttemptLog log) {
            return log(log);
        }
        return voter == null ? CompletableFuture.completedFuture(noLeader()) : voter.answer(from.node(), question);
    }

    private CompletionStage<Answer> log(Question.AttemptLog log) {
        Workers.Stream stream =
                log.stream() == Control.LogStream.STDOUT ? Workers.Stream.STDOUT : Workers.Stream.STDERR;
        return LogReading.slice(runner, log.attempt(), stream, log.offset(), log.bytesMax());
    }

    /** From the leader only: a node is not to be shut out by any other. */
    private void forget(Member from, Message.Forgotten news) {
        if (runner.leader().filter(from.node()::equals).isPresent()) {
            forgotten = Set.copyOf(news.nodes());
        }
    }

    private void keepAuthority(Message.AuthorityKey key) {
        try {
            X509Authority received = X509Authority.of(key.key());
            // A leader that was not restarted since hands on the key of the last authority.
            if (!identity.authorities().all().contains(received.certificate())) {
                LOG.warn("a key of an authority that this node does not trust was sent, and is not kept");
                return;
            }
            received.save(Birth.authorityFile(config.dir()));
            authority.set(received);
        } catch (IOException failure) {
            LOG.warn("the authority's key could not be kept: {}", failure.getMessage());
        }
    }

    @Override
    public void close() {
        filters.close();
        workers.close();
        cluster.close();
        door.close();
        peers.close();
        loop.execute(() -> {
            ledger.close();
            ledgerClosed.complete(null);
        });
        blocking.shutdown();
    }

    /** Where other boards of this process may be guests; empty unless it is configured so. */
    Optional<Guesthouse> house() {
        return cluster instanceof Guesthouse house ? Optional.of(house) : Optional.empty();
    }

    /** Closes it and ends its thread, for a process that lives on without it. Waits. */
    void end() {
        close();
        try {
            ledgerClosed.get(LEDGER_CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stuck) {
            LOG.warn("the ledger did not close: {}", stuck.toString());
        }
        loop.close();
    }

    /** Hands every message to whose duty it is. Event loop. */
    private final class DispatchingListener implements Cluster.Listener {
        private boolean open;

        /** The node is wired; until then messages are dropped, which every protocol on top survives. */
        void open() {
            open = true;
        }

        @Override
        public void viewChanged(View view) {
            LOG.info("members: {}", ClusterMember.shown(view));
            if (open) {
                requests.viewChanged(view);
            }
            if (voter != null) {
                voter.viewChanged(view);
            }
        }

        @Override
        public void received(Member from, Message message) {
            if (open && Senders.mayCome(from, message)) {
                dispatch(from, message);
            }
        }

        @Override
        public void refused(String sentence) {
            onRefusal.accept(sentence);
        }

        private void dispatch(Member from, Message message) {
            switch (message) {
                case Message.Pulse pulse -> {
                    runner.received(pulse);
                    panel.received(pulse);
                    if (voter != null) {
                        voter.received(pulse);
                    }
                }
                case Message.Orders orders -> runner.received(orders);
                case Message.Withdraw withdraw -> runner.received(withdraw);
                case Message.LeaseRenewed renewed -> runner.received(renewed);
                case Message.AskLease ask -> {
                    if (voter != null) {
                        voter.received(from, ask);
                    }
                }
                case Message.Settled settled -> runner.received(settled);
                case Message.DropBlobs drop -> copies.received(drop);
                case Message.AskCopies ask -> copies.received(ask);
                case Message.CopyBlobs orders -> copies.received(orders);
                case Message.CopyNews news -> {
                    if (voter != null) {
                        voter.received(from, news);
                    }
                }
                case Message.Forgotten news -> forget(from, news);
                case Message.BoardOrder order -> powerOrders.received(from.node(), order);
                case Message.BoardTrouble trouble -> {
                    if (voter != null) {
                        voter.received(from, trouble);
                    }
                }
                case Message.BoardSeen seen -> {
                    if (voter != null) {
                        voter.received(from, seen);
                    }
                }
                case Message.Legacy legacy -> {
                    if (voter != null) {
                        voter.received(from, legacy);
                    }
                }
                case Message.PrepareVoter prepare -> {
                    boolean leads = runner.leader().filter(from.node()::equals).isPresent();
                    if (leads && ledger.prepare(prepare.term(), prepare.course())) {
                        tellVoterState();
                    }
                }
                case Message.AuthorityKey key -> {
                    if (runner.leader().filter(from.node()::equals).isPresent()) {
                        keepAuthority(key);
                    }
                }
                case Message.Request request -> answer(from, request);
                case Message.Reply reply -> requests.received(reply);
                case Message.Status status -> {
                    if (voter != null) {
                        voter.received(from, status);
                    }
                }
                case Message.Progress progress -> {
                    if (voter != null) {
                        voter.received(from, progress);
                    }
                }
                case Message.Tail tail -> {
                    if (voter != null) {
                        voter.received(from, tail);
                    }
                }
                case Message.VoterState state -> {
                    if (voter != null) {
                        voter.received(from, state);
                    }
                }
                case Message.FeedRequest request -> {
                    if (voter != null) {
                        voter.received(from, request);
                    }
                }
                case Message.Guests guests -> {}
                case Message.Carried carried -> {}
                case Message.FeedEntries entries -> {}
                case Message.FeedSnapshot part -> {}
                case Message.SoftState soft -> {}
            }
        }
    }
}
