package dev.bramble.sim;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Requests;
import dev.bramble.cluster.View;
import dev.bramble.control.Answer;
import dev.bramble.control.Question;
import dev.bramble.leader.Leader;
import dev.bramble.leader.Voter;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Replica;
import dev.bramble.ledger.SimLedger;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.runner.CopyKeeper;
import dev.bramble.runner.Inputs;
import dev.bramble.runner.Offload;
import dev.bramble.runner.PowerOrders;
import dev.bramble.runner.ReduceInput;
import dev.bramble.runner.Results;
import dev.bramble.runner.Runner;
import dev.bramble.runner.SimCordonMemory;
import dev.bramble.store.BlobFetch;
import dev.bramble.store.DamagedBlobException;
import dev.bramble.store.PeerBlobs;
import dev.bramble.store.Scratch;
import dev.bramble.store.SimBlobStore;
import dev.bramble.store.SplicedBlobStream;
import dev.bramble.time.SimTime;
import dev.bramble.trust.SimPasswordHashing;
import dev.bramble.worker.SimFilters;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One board: its card, and the agent process that runs on it most of the time. */
final class SimNode implements Cluster.Listener {
    private static final Duration VOTER_STATE_EVERY = Duration.ofSeconds(2);
    /** Twice that is a little less than what leaders add to lease and grace. */
    private static final Duration GUARD_LATE_MAX = Duration.ofMillis(990);

    /** So few that the small states of a simulation come in many parts, too. */
    private static final int FEED_PART_BYTES = 512;

    private static final Duration VOTER_ANEW_AFTER = Duration.ofSeconds(5);

    final NodeId id;
    final NodeCapacity capacity;
    final SimBlobStore disk;
    final SimCordonMemory cordons = new SimCordonMemory();
    private final Simulation simulation;
    private int incarnations;
    private int boots;
    private double slowness = 1;
    private double secretSlowness = 1;
    private int language;
    private SimTime.SimLoop loop;
    private WatchedCluster cluster;
    private Runner runner;
    private CopyKeeper copies;
    private PowerOrders powers;
    private Requests requests;
    private WatchedWorkers workers;
    private WatchedFilters filters;
    private SimLedger ledger;
    private Voter voter;

    SimNode(Simulation simulation, NodeId id, NodeCapacity capacity) {
        this.simulation = simulation;
        this.id = id;
        this.capacity = capacity;
        this.language = simulation.upgrades.firstLanguage();
        this.disk = new SimBlobStore(simulation.time::nanos, this::damaged);
    }

    boolean isUp() {
        return loop != null;
    }

    boolean suits(Needs needs) {
        return needs.milliCpus() <= capacity.milliCpus()
                && needs.memoryBytes() <= capacity.memoryBytes()
                && capacity.labels().entrySet().containsAll(needs.labels().entrySet());
    }

    /** Which life of its agent this is. */
    int life() {
        return incarnations;
    }

    String incarnation() {
        return id + "-" + incarnations;
    }

    /** The newest language of the ledger that its release knows. */
    int language() {
        return language;
    }

    /** The next start is of the newest release. */
    void upgrade() {
        language = Language.OWN;
    }

    /** The next start is a boot. */
    void cutPower() {
        boots++;
    }

    /** Starts the agent process. */
    void start() {
        loop = simulation.time.newLoop();
        String incarnation = id + "-" + ++incarnations;
        simulation.trace.note("start", incarnation);
        simulation.invariants.booted(this);
        Member self = new Member(id, id.value(), NodeRole.AGENT, door(), "", id.value(), incarnation);
        simulation.reach.up(id);
        cluster = new WatchedCluster(
                simulation.network.join(self, loop, this),
                this,
                simulation.invariants,
                Optional.of(simulation.codec).filter(codec -> simulation.options.encodes()));
        requests = new Requests(loop, cluster);
        filters = new WatchedFilters(
                new SimFilters(
                        loop,
                        program -> simulation.poison.in(
                                this,
                                program,
                                FilterBehaviour.of(program.argv()).play(slowness * secretSlowness))),
                this,
                disk,
                simulation.invariants);
        SimWorkers processes = new SimWorkers(loop, simulation.time.newLoop(), this::play);
        SplittableRandom busy = new SplittableRandom(simulation.options.seed() * 37 + incarnation.hashCode());
        processes.guardsAreLate(() -> Duration.ofNanos(busy.nextLong(GUARD_LATE_MAX.toNanos())));
        workers = new WatchedWorkers(processes, this, disk, simulation);
        SplittableRandom card = new SplittableRandom(simulation.options.seed() * 31 + incarnation.hashCode());
        Offload offload = new Offload(loop, task -> loop.after(cardNeeds(card), task));
        PeerBlobs peers = simulation.doors.from(id);
        simulation.doors.up(id, door(), disk);
        ReduceInput reduceInput =
                new ReduceInput(offload, new NoScratch(), requests, simulation.codec, () -> runner.leader());
        Inputs inputs = new Inputs(offload, cluster, disk, peers, () -> simulation.calendars.now(id), reduceInput);
        Results results = new Results(id, offload, cluster, workers, disk, peers);
        runner = new Runner(new Runner.Parts(
                id, loop, cluster, workers, filters, inputs, results, capacity, () -> Optional.of(health()), cordons));
        copies = new CopyKeeper(new CopyKeeper.Parts(
                offload,
                cluster,
                disk,
                new BlobFetch(disk, peers, Long.MAX_VALUE),
                SplicedBlobStream.Pace.NONE,
                bytesPerSecond -> {},
                runner::leader,
                runner::waitingBlobs));
        powers = new PowerOrders(new PowerOrders.Parts(
                offload, cluster, simulation.boards.power(this), incarnation, runner::leader, runner::rest));
        if (simulation.consensus.hasStorage(id)) {
            startVoter();
        }
        everyVoterState();
        loop.execute(runner::start);
        loop.execute(copies::start);
    }

    private void damaged(DamagedBlobException damage) {
        simulation.trace.note("damage found", id, damage.blob());
        if (isUp()) {
            copies.damaged(damage);
        }
    }

    private SimWorkers.Play play(Workers.ProcessOrder order) {
        simulation.poison.begun(this, order);
        return Behaviour.of(order.argv()).play(simulation.options.seed(), order.attempt(), slowness * secretSlowness);
    }

    /** A card takes some milliseconds, and now and then, while things are rough, very long. */
    private Duration cardNeeds(SplittableRandom card) {
        boolean stalls = simulation.faults().cardStalls() > card.nextDouble();
        return Duration.ofMillis(stalls ? card.nextLong(15_000) : card.nextLong(5));
    }

    private void startVoter() {
        simulation.calendars.booted(id);
        voter = new Voter(new Voter.Parts(
                id,
                loop,
                cluster,
                simulation.entries(language),
                new SplittableRandom(simulation.options.seed() + incarnations),
                Optional::empty,
                simulation.options.voters(),
                () -> simulation.calendars.now(id),
                new SimPasswordHashing(),
                Runnable::run,
                FEED_PART_BYTES));
        WatchedMachine machine =
                new WatchedMachine(simulation.defect.before(id, voter.replica()), voter.replica(), this, simulation);
        voter.whenAside(sentence -> loop.after(VOTER_ANEW_AFTER, this::voteAnew));
        ledger = simulation.consensus.join(id, loop, machine);
        voter.attach(ledger);
    }

    /** What it had is set aside. */
    private void voteAnew() {
        simulation.consensus.wipe(id);
        startVoter();
        tellVoterState();
    }

    private void everyVoterState() {
        tellVoterState();
        loop.after(VOTER_STATE_EVERY, this::everyVoterState);
    }

    private void tellVoterState() {
        if (voter != null) {
            runner.leader()
                    .ifPresent(leader -> cluster.send(
                            leader,
                            new Message.VoterState(
                                    ledger.self().storage(),
                                    ledger.self().address(),
                                    voter.trouble().orElse(""),
                                    Optional.empty(),
                                    Optional.of(language).filter(known -> known > Language.FIRST))));
        }
    }

    /** The ledger's folder on the card is gone; the agent must not run. */
    void wipeLedger() {
        simulation.trace.note("wiped ledger", id);
        simulation.consensus.wipe(id);
    }

    /** The agent process dies, and what it started with it. */
    void crash() {
        simulation.trace.note("crash", id);
        loop = null;
        workers.halt();
        filters.halt();
        simulation.doors.down(door());
        simulation.reach.crash(id);
        if (voter != null) {
            ledger.close();
            voter = null;
        }
    }

    void freeze(Duration duration) {
        simulation.trace.note("freeze", id, duration.toMillis());
        simulation.reach.freeze(id, duration);
    }

    /** The same, and its agent does not know. */
    void secretSlowness(double factor) {
        secretSlowness = factor;
    }

    void slowness(double factor) {
        slowness = factor;
    }

    /** Somebody reads every copy on the card: what has rotted is found. */
    void readAll() {
        for (BlobId blob : disk.list()) {
            try {
                disk.verify(blob);
            } catch (IOException found) {
                simulation.trace.note("rotten", id, blob);
            }
        }
    }

    String door() {
        return id + ":1";
    }

    Optional<Leader> leading() {
        return voter != null ? voter.leader().filter(Leader::isLeading) : Optional.empty();
    }

    Optional<Replica> replica() {
        return voter != null && simulation.consensus.votes(id) ? Optional.of(voter.replica()) : Optional.empty();
    }

    /** What keeps the voters from being as they should be, in the words of the one that leads. */
    String concern() {
        return leading().isPresent() ? voter.concern().orElse("") : "";
    }

    /** Why no deadline can go by the calendar, in the words of the one that leads. */
    String noCalendar() {
        return voter.noCalendar();
    }

    /** Of boards, in the words of the one that leads. */
    List<String> boardWarnings() {
        return voter.boardWarnings();
    }

    int heldAttempts() {
        return runner.heldAttempts();
    }

    /** Processes that its agent stopped in this life. */
    int stops() {
        return workers.stops();
    }

    int folders() {
        return workers.folders();
    }

    /** Runs on the node's loop when a request reaches it, unless the process dies before. */
    void post(Runnable task) {
        loop.execute(task);
    }

    CompletionStage<Answer> answer(Question question) {
        return voter != null ? voter.answer(id, question) : CompletableFuture.completedFuture(new Answer.Nothing());
    }

    private BoardHealth health() {
        return simulation.ills.health(this, "boot-" + boots, 1 / slowness);
    }

    @Override
    public void viewChanged(View view) {
        simulation.trace.note("view", id, view.members().size());
        if (voter != null) {
            voter.viewChanged(view);
        }
    }

    private void note(List<AttemptOutcome> outcomes, List<BatchOutcome> batches) {
        outcomes.forEach(outcome -> simulation.trace.note(
                "outcome", outcome.attempt(), outcome.end().name(), outcome.reason()));
        batches.forEach(batch -> simulation.trace.note(
                "batch",
                batch.attempt(),
                batch.tasks(),
                "answered",
                batch.succeeded().getCardinality(),
                "failed",
                batch.failed().size(),
                batch.untried()));
    }

    @Override
    public void received(Member from, Message message) {
        simulation.trace.note("message", from.node(), id, message.getClass().getSimpleName());
        switch (message) {
            case Message.Pulse pulse -> {
                simulation.invariants.pulse(this, pulse);
                runner.received(pulse);
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
            case Message.Status status -> {
                if (voter != null) {
                    note(status.outcomes(), status.batches());
                    voter.received(from, status);
                    leading().ifPresent(simulation.drains::heard);
                }
            }
            case Message.Progress progress -> {
                if (voter != null) {
                    note(progress.outcomes(), progress.batches());
                    voter.received(from, progress);
                }
            }
            case Message.Tail tail -> {
                if (voter != null) {
                    voter.received(from, tail);
                }
            }
            case Message.DropBlobs drop -> copies.received(drop);
            case Message.AskCopies ask -> copies.received(ask);
            case Message.CopyBlobs orders -> copies.received(orders);
            case Message.CopyNews news -> {
                if (voter != null) {
                    voter.received(from, news);
                }
            }
            case Message.Forgotten forgotten -> {}
            case Message.Request request ->
                answer(simulation.codec.decodeQuestion(request.body()))
                        .thenAccept(answer -> cluster.send(
                                from.node(), new Message.Reply(request.id(), simulation.codec.encodeAnswer(answer))));
            case Message.Reply reply -> requests.received(reply);
            case Message.BoardOrder order -> powers.received(from.node(), order);
            case Message.BoardTrouble trouble -> {
                if (voter != null) {
                    voter.received(from, trouble);
                }
            }
            case Message.BoardSeen seen -> {}
            case Message.Legacy legacy -> {
                if (voter != null) {
                    voter.received(from, legacy);
                }
            }
            case Message.PrepareVoter prepare -> {
                if (voter == null) {
                    startVoter();
                }
                tellVoterState();
            }
            case Message.VoterState state -> {
                if (voter != null) {
                    voter.received(from, state);
                }
            }
            case Message.AuthorityKey key -> {}
            case Message.Guests guests -> {}
            case Message.Carried carried -> {}
            case Message.FeedRequest request -> {
                if (voter != null) {
                    voter.received(from, request);
                }
            }
            case Message.FeedEntries entries -> {}
            case Message.FeedSnapshot snapshot -> {}
            case Message.SoftState state -> {}
        }
    }

    @Override
    public void refused(String sentence) {
        throw new IllegalStateException(sentence);
    }

    /** Scratch files have a name and no bytes. */
    private static final class NoScratch implements Scratch {
        @Override
        public Path write(String group, String name, byte[] bytes) throws IOException {
            return Path.of("/scratch", group, name);
        }

        @Override
        public Path append(String group, String name, Content content) throws IOException {
            content.writeTo(OutputStream.nullOutputStream());
            return write(group, name, new byte[0]);
        }

        @Override
        public void delete(String group) {}
    }
}
