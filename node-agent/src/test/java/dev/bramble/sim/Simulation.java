package dev.bramble.sim;

import dev.bramble.cluster.SimNetwork;
import dev.bramble.codec.CborCodec;
import dev.bramble.leader.Leader;
import dev.bramble.leader.LeaderProbe;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.SimConsensus;
import dev.bramble.model.JobPhase;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Setting;
import dev.bramble.store.SimPeerBlobs;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A whole bramble in one thread under virtual time: nodes with their real leader, scheduler, runner and ledger state on
 * simulated twins of network, consensus, processes and disks. Everything that happens follows from the seed.
 *
 * <p>First it is rough: jobs are submitted while things break. Then nothing breaks any more, and within a bound of
 * virtual time everything must be finished.
 */
final class Simulation {
    /** Time for views, leases, lost orders and merges to settle once nothing breaks any more. */
    private static final Duration SETTLING = Duration.ofSeconds(90);

    /** More time for copies that vanished unseen before the ledger knew of them: until the disks are compared again. */
    private static final Duration COMPARING = Duration.ofMinutes(11);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** A simulation with more has a loop that does not end. */
    private static final long EVENTS_MAX = 20_000_000;

    /** How it went. */
    record Outcome(long hash, long events, long processes, double virtualSeconds) {}

    final SimOptions options;
    final Defect defect;
    final SimTime time = new SimTime();
    final Trace trace = new Trace(time);
    final CborCodec codec = SharedCodec.CODEC;
    final Invariants invariants = new Invariants(this);
    final CopiesOfBlobs copies = new CopiesOfBlobs(this);
    final Contents contents = new Contents(this);
    final SimNetwork network;
    final Reach reach;
    final SimConsensus consensus;
    final Calendars calendars;
    final Ills ills;
    final SimPeerBlobs doors = new SimPeerBlobs();
    final SimClient client;
    private final TreeMap<NodeId, SimNode> nodes = new TreeMap<>();
    private final List<SimHead> heads = new ArrayList<>();
    final Drains drains;
    final Boards boards;
    private final Chaos chaos;
    private final VoterFaults voterFaults;
    private final VoterChaos voterChaos;
    final Upgrades upgrades;
    final SwitchChaos switches;
    final Poison poison;
    private final List<JobPlan> plans = new ArrayList<>();
    private boolean rough = true;
    private boolean finished;
    private long calmSinceNanos = Long.MAX_VALUE;
    private String rerun;
    private Throwable thrown;

    /** One codec for all: its setup costs more than a small simulation. */
    private static final class SharedCodec {
        static final CborCodec CODEC = new CborCodec();
        static final CborCodec OLDER = new CborCodec(Language.FIRST);
    }

    /** How a release that knows this language reads entries. */
    CborCodec entries(int language) {
        return language == Language.FIRST ? SharedCodec.OLDER : codec;
    }

    Simulation(SimOptions options) {
        this(options, Defect.NONE);
    }

    Simulation(SimOptions options, Defect defect) {
        this.options = options;
        this.defect = defect;
        this.rerun = BrambleSimulationTest.rerun(options);
        this.calendars = new Calendars(this);
        this.ills = new Ills(this);
        this.upgrades = new Upgrades(this);
        SplittableRandom random = new SplittableRandom(options.seed() * 0x9E3779B97F4A7C15L + 1);
        SplittableRandom building = random.split();
        network = new SimNetwork(time, random.split(), behaviour(options.faults()));
        reach = new Reach(time, network);
        voterFaults = VoterFaults.of(options);
        List<Ledger.Peer> voters = new ArrayList<>();
        for (int number = 1; number <= options.nodes(); number++) {
            NodeId id = new NodeId("n%03d".formatted(number));
            nodes.put(id, new SimNode(this, id, capacity(building, number)));
            if (number <= (voterFaults.grows() ? 1 : options.voters())) {
                voters.add(new Ledger.Peer(id, "storage-" + id, id + ":2"));
            }
        }
        doors.connected(reach::bothWays);
        consensus = new SimConsensus(time, random.split(), habits(building), voters, reach::reaches);
        client = new SimClient(this, random.split());
        chaos = new Chaos(this, random.split());
        boards = new Boards(this, new SplittableRandom(options.seed() * 0xA0761D6478BD642FL + 11));
        drains = new Drains(this, new SplittableRandom(options.seed() * 0xD1342543DE82EF95L + 7));
        voterChaos = new VoterChaos(this, voterFaults);
        switches = new SwitchChaos(this);
        poison = new Poison(this, new SplittableRandom(options.seed() * 0xE7037ED1A0B428DBL + 13));
        for (int number = 1; number <= options.jobs(); number++) {
            plans.add(JobPlan.random(building, number, options));
        }
    }

    private static SimNetwork.Options behaviour(Faults faults) {
        return SimNetwork.Options.CALM
                .withMessages(faults.loss(), faults.duplication(), faults.reordering())
                .withDelays(Duration.ofNanos(100_000), Duration.ofMillis(2).plus(faults.delayMax()));
    }

    private SimConsensus.Habits habits(SplittableRandom random) {
        return new SimConsensus.Habits(
                Duration.ofMillis(1 + random.nextInt(random.nextInt(8) == 0 ? 300 : 8)),
                Duration.ofMillis(1 + random.nextInt(random.nextInt(8) == 0 ? 500 : 20)),
                options.faults().lostReplies() / 2,
                options.tasksMax() > 100 ? 200 + random.nextInt(300) : 5 + random.nextInt(100),
                random.nextInt(50));
    }

    private static NodeCapacity capacity(SplittableRandom random, int number) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("zone", number % 2 == 1 ? "a" : "b");
        int milliCpus = number > 1 && random.nextInt(4) == 0 ? 2000 : 4000;
        return new NodeCapacity(milliCpus, 3L << 30, labels, "simulated");
    }

    /** Instead of the jobs that the seed says. */
    void submits(List<JobPlan> own) {
        plans.clear();
        plans.addAll(own);
    }

    /** Dashboards look on; without them nothing is fed. */
    void headsLookOn(int count) {
        SplittableRandom random = new SplittableRandom(options.seed() * 0x94D049BB133111EBL + 5);
        for (int number = 1; number <= count; number++) {
            heads.add(new SimHead(this, new NodeId("head" + number), random.split()));
        }
    }

    /** Another test made it. */
    Simulation rerunBy(String arguments) {
        rerun = arguments;
        return this;
    }

    /** What makes it once more, behind {@code mvn -pl node-agent test}. */
    String rerun() {
        return rerun;
    }

    List<SimNode> nodes() {
        return List.copyOf(nodes.values());
    }

    boolean isRough() {
        return rough;
    }

    Faults faults() {
        return rough ? options.faults() : Faults.NONE;
    }

    /** The first leader founds the bramble and admits its nodes. */
    void found(SimNode leader) {
        Leader desk = leader.leading().orElseThrow();
        LedgerState state = desk.state();
        if (state.ledger().value().isEmpty()) {
            desk.append(new Command.Found(new LedgerId("bramble"), "simulated", "pem", upgrades.founded()));
        }
        // Shorter than by default, so that nodes that come back find their copies healed as often as not.
        if (!state.settings().isChanged(Setting.BLOBS_HEAL_AFTER)) {
            desk.append(new Command.ChangeSetting(Setting.BLOBS_HEAL_AFTER.key(), 3_000, "found"));
            desk.append(new Command.ChangeSetting(Setting.DRAINS_RETURN_MAX.key(), 30_000, "found"));
        }
        client.tokens().stream()
                .filter(token -> !state.tokens().containsKey(token.id()))
                .forEach(token -> desk.append(new Command.CreateToken(token)));
        nodes.keySet().forEach(node -> admit(desk, node, NodeRole.AGENT));
        heads.forEach(head -> admit(desk, head.id, NodeRole.HEAD));
    }

    private static void admit(Leader desk, NodeId id, NodeRole role) {
        if (desk.state().node(id).isEmpty()) {
            desk.append(new Command.AdmitNode(NodeRecord.admitted(
                    id,
                    id.value(),
                    role,
                    id.value(),
                    "key of " + id,
                    "found",
                    desk.state().now())));
        }
    }

    /** Runs what a future would swallow the exceptions of. */
    void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | AssertionError failure) {
            thrown = failure;
        }
    }

    /** Something is not as it must be. */
    void fail(String sentence) {
        thrown = new SimulationFailure(this, sentence, null);
    }

    /** @throws SimulationFailure when anything is not as it must be */
    Outcome run() {
        nodes.values().forEach(SimNode::start);
        heads.forEach(SimHead::start);
        client.begin(plans);
        chaos.begin(options.faults());
        drains.begin(options.faults().drains());
        voterChaos.begin();
        upgrades.begin();
        switches.begin();
        calendars.begin();
        boards.begin(options.faults().shutdowns());
        time.after(options.rough(), this::calm);
        long events = 0;
        try {
            while (!finished) {
                time.step();
                if (thrown != null) {
                    throw thrown;
                }
                check(++events);
            }
        } catch (SimulationFailure failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new SimulationFailure(this, failure.toString(), failure);
        }
        return new Outcome(trace.hash(), events, invariants.starts(), time.nanos() / 1e9);
    }

    private void check(long events) {
        if (events > EVENTS_MAX) {
            throw new SimulationFailure(this, "it does not end", null);
        }
        if (events % 64 == 0) {
            nodes.values().forEach(node -> node.leading().ifPresent(invariants::drift));
        }
        if (invariants.violation() != null) {
            throw new SimulationFailure(this, invariants.violation(), null);
        }
    }

    private void calm() {
        trace.note("calm");
        // A freeze that has begun goes on: until it ends, something is broken.
        calmSinceNanos = Math.max(time.nanos(), reach.thawedNanos());
        rough = false;
        network.behave(behaviour(Faults.NONE));
        voterChaos.end();
        switches.end();
        upgrades.end();
        chaos.end();
        drains.end();
        double worst = plans.stream().mapToDouble(JobPlan::worstSeconds).sum();
        long most = SETTLING.plus(drains.most()).plus(boards.most()).toNanos();
        long limit = calmSinceNanos + most + (long) (worst * 1e9);
        look(limit);
    }

    /** When things stopped breaking. */
    long calmSinceNanos() {
        return calmSinceNanos;
    }

    private void look(long limitNanos) {
        invariants.checkCalm();
        drains.giveBack();
        boards.callOff();
        String missing = missing();
        if (missing.isEmpty()) {
            voterChaos.checkMemberships();
            nodes.values().forEach(node -> node.replica().ifPresent(replica -> invariants.compareState(node, replica)));
            invariants.checkAllResults();
            finished = true;
        } else if (time.nanos() > limitNanos) {
            throw new SimulationFailure(this, "not everything ends: " + missing, null);
        } else {
            long moreNanos = Math.min(time.nanos() + SETTLING.toNanos(), calmSinceNanos + COMPARING.toNanos());
            long limit = copies.missing().isEmpty() ? limitNanos : Math.max(limitNanos, moreNanos);
            time.after(LOOK_EVERY, () -> look(limit));
        }
    }

    /** What is not finished, in words. */
    private String missing() {
        if (!client.isDone() && !copies.isAnyJobBeyondHelp()) {
            return "the client still waits";
        }
        if (boards.isShutDown()) {
            return "a shutdown: " + invariants.front().shutdown();
        }
        if (nodes.values().stream().anyMatch(node -> !node.isUp())) {
            return "a board that is off";
        }
        if (drains.isAnyOpen()) {
            return "drains of " + drains.open();
        }
        String copy = copies.missing();
        if (!copy.isEmpty()) {
            return copy;
        }
        String votes = voterChaos.missing();
        if (!votes.isEmpty()) {
            return votes;
        }
        String language = upgrades.missing();
        if (!language.isEmpty()) {
            return language;
        }
        for (var job : invariants.front().jobs().values()) {
            if (!job.phase().isFinal() && !copies.isBeyondHelp(job)) {
                return "job " + job.id() + " is " + job.phase();
            }
        }
        for (SimNode node : nodes.values()) {
            if (node.heldAttempts() > 0 || node.folders() > 0) {
                return "node " + node.id + " holds " + node.heldAttempts() + " attempts and " + node.folders()
                        + " folders";
            }
            if (node.leading().map(LeaderProbe::held).orElse(0) > 0) {
                return "leader " + node.id + " believes that something is held";
            }
            if (isVoter(node)
                    && node.replica()
                            .map(replica -> replica.index() != lastIndex())
                            .orElse(false)) {
                return "voter " + node.id + " lags";
            }
        }
        for (SimHead head : heads) {
            if (!head.knows(invariants.front())) {
                return "head " + head.id + " is behind";
            }
        }
        return "";
    }

    /** Without it nothing can be agreed: that boards with votes are off is for people to mend. */
    boolean isMajorityUp() {
        List<Ledger.Peer> voters = consensus.voters();
        long up =
                voters.stream().filter(voter -> nodes.get(voter.node()).isUp()).count();
        return up * 2 > voters.size();
    }

    /** Whether a board that is on suits it and can get its files: somebody has to switch the others on. */
    boolean canRun(JobRecord job) {
        boolean suits = nodes.values().stream()
                .anyMatch(node -> node.isUp() && node.suits(job.spec().needs()));
        boolean hasFiles = job.spec().inputs().stream()
                .map(file -> invariants.front().blob(file.blob()))
                .allMatch(blob -> blob.stream()
                        .flatMap(record -> record.holders().stream())
                        .anyMatch(holder -> nodes.get(holder).isUp()));
        return suits && hasFiles && !copies.isBeyondHelp(job);
    }

    /** One whose vote was moved by a drain hears no entries any more. */
    private boolean isVoter(SimNode node) {
        return nodes.values().stream()
                .flatMap(other -> other.leading().stream())
                .anyMatch(leader -> LeaderProbe.isVoter(leader, node.id));
    }

    private long lastIndex() {
        return nodes.values().stream()
                .flatMap(node -> node.replica().stream())
                .mapToLong(replica -> replica.index())
                .max()
                .orElse(0);
    }

    /** In one line, what the jobs have come to. */
    String summary() {
        StringBuilder line = new StringBuilder();
        invariants
                .front()
                .jobs()
                .values()
                .forEach(job -> line.append(job.id())
                        .append(' ')
                        .append(job.phase() == JobPhase.RUNNING ? "RUNNING " + job.open() : job.phase())
                        .append("; "));
        nodes.values().forEach(node -> node.leading().ifPresent(leader -> line.append(LeaderProbe.describe(leader))));
        return line.toString();
    }
}
