package dev.bramble.ledger;

import dev.bramble.ledger.Ledger.Peer;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/**
 * A model of what a consensus engine guarantees, on virtual time: the simulated twin of the engines behind
 * {@link Ledger}. It knows every voter's disk, so an election is one step instead of an exchange of messages; what can
 * be seen from outside is that of the real thing. An entry is committed once a majority has flushed it; a leader is
 * elected only among those who have all that is committed; entries on their way when a leader is lost may or may not
 * survive; an old leader may believe for a while; followers lag; a reply can be lost.
 *
 * <p>Voters' disks survive {@link SimLedger#close}, so closing all ledgers and joining again is a power cut.
 */
public final class SimConsensus {
    private static final Duration TICK = Duration.ofMillis(200);
    /** The most a pull without a quorum lasts before a leader gives up, and the least; the same for elections. */
    private static final long PATIENCE_MIN_MILLIS = 800;

    private static final long PATIENCE_MAX_MILLIS = 2500;

    /**
     * How the engine behaves.
     *
     * @param hopMax longest way of a message between voters
     * @param flushMax longest flush of a disk
     * @param lostReplyShare share of appends that are reported as failed though they are committed
     * @param entriesPerSnapshot applied entries between two snapshots
     * @param entriesKept entries before the leader's snapshot that it still has for those who lag
     */
    public record Habits(
            Duration hopMax, Duration flushMax, double lostReplyShare, int entriesPerSnapshot, int entriesKept) {
        /** A healthy network and good cards. */
        public static final Habits CALM = new Habits(Duration.ofMillis(3), Duration.ofMillis(10), 0, 200, 100);
    }

    /** A place in the log. */
    sealed interface Slot {
        long term();

        /** A leader's own first entry. */
        record Opening(long term) implements Slot {}

        record Data(long term, byte[] bytes) implements Slot {}

        record Membership(long term, List<Peer> voters) implements Slot {}
    }

    /** What a voter has on its disk. */
    static final class Disk {
        final String storage;
        boolean joined;
        long flushed;
        long snapshotIndex;
        long snapshotTerm;
        byte[] snapshot;
        boolean sending;

        Disk(String storage) {
            this.storage = storage;
        }
    }

    /** A new voter that has not caught up by then is given up; the engine's own limit is eight election timeouts. */
    private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(16);

    final SimTime time;
    final RandomGenerator random;
    final Habits habits;
    private final BiPredicate<NodeId, NodeId> reaches;
    private final List<Slot> log = new ArrayList<>();
    private final TreeMap<NodeId, Disk> disks = new TreeMap<>();
    private final TreeMap<NodeId, SimLedger> open = new TreeMap<>();
    private final TreeMap<NodeId, Joining> joining = new TreeMap<>();
    private List<Peer> voters;
    private Optional<List<Peer>> nextVoters = Optional.empty();
    private long committed;
    private long term;
    private Optional<NodeId> leader = Optional.empty();
    private long electionDueNanos;

    private final List<List<Peer>> memberships = new ArrayList<>();
    private int storages;

    private record Joining(Peer peer, CompletableFuture<Void> done, long endNanos) {}

    /**
     * @param reaches whether a message from the first gets to the second now; of a node to itself: whether it is up and
     *     not frozen
     */
    public SimConsensus(
            SimTime time,
            RandomGenerator random,
            Habits habits,
            List<Peer> voters,
            BiPredicate<NodeId, NodeId> reaches) {
        this.time = time;
        this.random = random;
        this.habits = habits;
        this.voters = List.copyOf(voters);
        this.reaches = reaches;
        for (Peer peer : voters) {
            Disk disk = new Disk(peer.storage());
            disk.joined = true;
            disks.put(peer.node(), disk);
        }
        memberships.add(this.voters);
        postponeElection();
        time.after(TICK, this::tick);
    }

    /** Opens {@code node}'s voter with what its disk has; the calls to {@code machine} arrive on {@code loop}. */
    public SimLedger join(NodeId node, EventLoop loop, Ledger.StateMachine machine) {
        Disk disk = disks.computeIfAbsent(node, unknown -> new Disk(node + "-" + ++storages));
        disk.sending = false;
        SimLedger ledger = new SimLedger(this, node, loop, machine, disk);
        open.put(node, ledger);
        ledger.begin();
        return ledger;
    }

    void leave(SimLedger ledger) {
        open.remove(ledger.node(), ledger);
    }

    /** Whether the node has a disk with a voter's storage. */
    public boolean hasStorage(NodeId node) {
        return disks.containsKey(node);
    }

    /** The voter's storage is gone, with all that was on it; its process must not run. */
    public void wipe(NodeId node) {
        disks.remove(node);
    }

    /** Whether the storage that {@code node} has is the one that the membership names. */
    public boolean votes(NodeId node) {
        return voters.stream().anyMatch(peer -> peer.node().equals(node) && isAt(peer));
    }

    /** Whether the ledger stays whole when the storage of {@code node} is wiped: a majority of storages is left. */
    public boolean mayLose(NodeId node) {
        return keepsMajorityWithout(node, voters)
                && nextVoters.map(next -> keepsMajorityWithout(node, next)).orElse(true);
    }

    private boolean keepsMajorityWithout(NodeId node, List<Peer> of) {
        long left = of.stream()
                .filter(peer -> isAt(peer) && !peer.node().equals(node))
                .count();
        return left * 2 > of.size();
    }

    /** Every membership that was committed, oldest first. */
    public List<List<Peer>> memberships() {
        return memberships;
    }

    private boolean isAt(Peer peer) {
        Disk disk = disks.get(peer.node());
        return disk != null && disk.storage.equals(peer.storage());
    }

    /** The newest leader is replaced by another voter if one can lead: an election nobody needed. */
    public void disturb() {
        leader.ifPresent(old -> elect(candidates().stream()
                .filter(candidate -> !candidate.node().equals(old))
                .toList()));
    }

    /** Who leads the newest term. */
    public Optional<NodeId> leader() {
        return leader;
    }

    public List<Peer> voters() {
        return voters;
    }

    /** Entries that can never be lost. */
    public long committed() {
        return committed;
    }

    long term() {
        return term;
    }

    Slot slot(long index) {
        return log.get((int) index - 1);
    }

    private void tick() {
        for (SimLedger ledger : List.copyOf(open.values())) {
            watch(ledger);
        }
        Optional<SimLedger> current = leader.map(open::get).filter(ledger -> ledger.leads(term));
        if (current.isPresent() && hasQuorum(current.get())) {
            postponeElection();
            lead(current.get());
        } else if (time.nanos() >= electionDueNanos) {
            elect(candidates());
        }
        time.after(TICK, this::tick);
    }

    private void postponeElection() {
        electionDueNanos = time.nanos() + patience().toNanos();
    }

    Duration patience() {
        return Duration.ofMillis(random.nextLong(PATIENCE_MIN_MILLIS, PATIENCE_MAX_MILLIS));
    }

    private boolean connected(NodeId a, NodeId b) {
        return reaches.test(a, b) && reaches.test(b, a);
    }

    private boolean hasQuorum(SimLedger ledger) {
        TreeSet<NodeId> near = new TreeSet<>();
        for (NodeId other : open.keySet()) {
            if (connected(ledger.node(), other)) {
                near.add(other);
            }
        }
        return isQuorum(near);
    }

    private boolean isQuorum(Collection<NodeId> nodes) {
        return isMajority(voters, nodes)
                && nextVoters.map(next -> isMajority(next, nodes)).orElse(true);
    }

    private boolean isMajority(List<Peer> of, Collection<NodeId> nodes) {
        return of.stream()
                                .filter(peer -> nodes.contains(peer.node()) && isAt(peer))
                                .count()
                        * 2
                > of.size();
    }

    /** What a voter finds out by itself: that it has no quorum, that there is a newer term, that nobody leads. */
    private void watch(SimLedger ledger) {
        if (!reaches.test(ledger.node(), ledger.node())) {
            return;
        }
        if (isRemoved(ledger)) {
            ledger.stepAside("this voter was removed from the membership");
            return;
        }
        if (ledger.leads()) {
            boolean overtaken = ledger.knownTerm() < term
                    && open.values().stream()
                            .anyMatch(other ->
                                    other.knownTerm() > ledger.knownTerm() && connected(ledger.node(), other.node()));
            if (overtaken || ledger.isOutOfPatience(hasQuorum(ledger))) {
                ledger.stepDown();
            }
        } else {
            ledger.missLeader();
        }
    }

    /** It held a vote once, and those who lead now would not give it one: an election shows it. */
    private boolean isRemoved(SimLedger ledger) {
        return ledger.disk().joined
                && !votes(ledger.node())
                && nextVoters.stream()
                        .flatMap(List::stream)
                        .noneMatch(peer -> peer.node().equals(ledger.node()) && isAt(peer))
                && leader.filter(node -> open.containsKey(node) && connected(ledger.node(), node))
                        .isPresent();
    }

    private List<SimLedger> candidates() {
        return open.values().stream().filter(this::canLead).toList();
    }

    private boolean canLead(SimLedger ledger) {
        if (!votes(ledger.node())) {
            return false;
        }
        TreeSet<NodeId> granting = new TreeSet<>();
        for (SimLedger other : open.values()) {
            if (connected(ledger.node(), other.node()) && other.disk().flushed <= ledger.disk().flushed) {
                granting.add(other.node());
            }
        }
        return isQuorum(granting);
    }

    private void elect(List<SimLedger> candidates) {
        postponeElection();
        if (candidates.isEmpty()) {
            return;
        }
        install(candidates.get(random.nextInt(candidates.size())));
    }

    /** It asks the others first; what they say may be over when it stands, and then its new term helps nobody. */
    CompletionStage<Boolean> stand(SimLedger by) {
        CompletableFuture<Boolean> stands = new CompletableFuture<>();
        long ofTerm = by.knownTerm();
        time.after(upTo(habits.hopMax()).multipliedBy(2), () -> {
            boolean follows = !by.isClosed() && !by.leads() && term == ofTerm && by.knownTerm() == ofTerm;
            boolean leaderAnswers = leader.map(open::get)
                    .filter(current -> current.leads(ofTerm) && connected(by.node(), current.node()))
                    .isPresent();
            boolean mayStand = follows && !leaderAnswers && reaches.test(by.node(), by.node()) && canLead(by);
            if (mayStand && random.nextDouble() < habits.lostReplyShare()) {
                endTerm();
            } else if (mayStand) {
                install(by);
            }
            by.loop().execute(() -> stands.complete(mayStand));
        });
        return stands;
    }

    /** An election that nobody won: the leader that there was hears of the new term, and no entry of it counts. */
    private void endTerm() {
        Optional<SimLedger> old = leader.map(open::get).filter(SimLedger::leads);
        failJoining("the leadership was lost meanwhile");
        disks.values().forEach(disk -> disk.sending = false);
        term++;
        leader = Optional.empty();
        old.ifPresent(SimLedger::stepDown);
    }

    private void install(SimLedger winner) {
        if (winner.leads()) {
            winner.stepDown();
        }
        failJoining("the leadership was lost meanwhile");
        long end = winner.disk().flushed;
        log.subList((int) end, log.size()).clear();
        disks.values().forEach(disk -> {
            disk.flushed = Math.min(disk.flushed, end);
            disk.sending = false;
        });
        nextVoters = nextVoters.filter(next -> log.stream()
                .skip(committed)
                .anyMatch(slot -> slot instanceof Slot.Membership membership
                        && membership.voters().equals(next)));
        term++;
        leader = Optional.of(winner.node());
        for (SimLedger other : List.copyOf(open.values())) {
            if (other != winner && connected(winner.node(), other.node())) {
                other.hear(term, winner.node());
            }
        }
        winner.becomeLeader(term);
        put(winner, new Slot.Opening(term));
    }

    private void failJoining(String sentence) {
        List<Joining> failed = List.copyOf(joining.values());
        joining.clear();
        failed.forEach(each -> each.done().completeExceptionally(new IllegalStateException(sentence)));
    }

    /** Adds to the end of the log of the leader of the newest term and sends it around. */
    long put(SimLedger from, Slot slot) {
        log.add(slot);
        long index = log.size();
        send(from, from, index);
        for (SimLedger other : open.values()) {
            if (other != from && isServed(other.node())) {
                send(from, other, index);
            }
        }
        return index;
    }

    private boolean isServed(NodeId node) {
        return votes(node)
                || Optional.ofNullable(joining.get(node))
                        .filter(each -> isAt(each.peer()))
                        .isPresent()
                || nextVoters.stream()
                        .flatMap(List::stream)
                        .anyMatch(peer -> peer.node().equals(node) && isAt(peer));
    }

    /** The leader's heartbeat: whoever lacks something gets it, and acknowledgements that were lost come again. */
    private void lead(SimLedger current) {
        for (SimLedger other : List.copyOf(open.values())) {
            if (!connected(current.node(), other.node())) {
                continue;
            }
            if (other != current) {
                other.hear(term, current.node());
            }
            Disk disk = other.disk();
            if (isServed(other.node())
                    && !disk.sending
                    && (disk.flushed < log.size() || other.knownCommitted() < committed)) {
                send(current, other, log.size());
            }
        }
        commit(current);
        for (Joining each : List.copyOf(joining.values())) {
            if (time.nanos() >= each.endNanos()) {
                failJoining(each.peer().node() + " did not catch up");
            } else if (nextVoters.isEmpty()
                    && isAt(each.peer())
                    && disks.get(each.peer().node()).flushed >= committed) {
                joining.remove(each.peer().node());
                List<Peer> next = new ArrayList<>(voters);
                next.add(each.peer());
                change(current, next, each.done());
            }
        }
    }

    /** Everything up to {@code through} gets to {@code to}'s disk, and the news of it back, if links and nodes hold. */
    private void send(SimLedger from, SimLedger to, long through) {
        long ofTerm = term;
        to.disk().sending = true;
        Duration way = from == to ? Duration.ZERO : upTo(habits.hopMax());
        time.after(way.plus(upTo(habits.flushMax())), () -> {
            if (term != ofTerm || to.isClosed() || !reaches.test(from.node(), to.node())) {
                to.disk().sending &= term != ofTerm;
                return;
            }
            to.disk().sending = false;
            if (from != to) {
                to.hear(ofTerm, from.node());
                offerSnapshot(from, to);
            }
            to.disk().flushed = Math.max(to.disk().flushed, through);
            to.learn(committed);
            time.after(from == to ? Duration.ZERO : upTo(habits.hopMax()), () -> {
                if (term == ofTerm && !from.isClosed() && reaches.test(to.node(), from.node())) {
                    commit(from);
                }
            });
        });
    }

    private void offerSnapshot(SimLedger from, SimLedger to) {
        Disk disk = from.disk();
        if (to.disk().flushed < disk.snapshotIndex - habits.entriesKept()) {
            to.install(disk.snapshotIndex, disk.snapshotTerm, disk.snapshot);
        }
    }

    private void commit(SimLedger current) {
        for (long index = log.size(); index > committed && slot(index).term() == term; index--) {
            TreeSet<NodeId> holders = new TreeSet<>();
            for (var disk : disks.entrySet()) {
                if (disk.getValue().flushed >= index) {
                    holders.add(disk.getKey());
                }
            }
            if (isQuorum(holders)) {
                commitThrough(current, index);
                return;
            }
        }
    }

    private void commitThrough(SimLedger current, long index) {
        for (long each = committed + 1; each <= index; each++) {
            if (slot(each) instanceof Slot.Membership membership) {
                voters = membership.voters();
                nextVoters = Optional.empty();
                memberships.add(voters);
                voters.stream().filter(this::isAt).forEach(peer -> disks.get(peer.node()).joined = true);
            }
        }
        committed = index;
        current.learn(index);
        for (SimLedger other : open.values()) {
            if (other != current && isServed(other.node())) {
                long ofTerm = term;
                time.after(upTo(habits.hopMax()), () -> {
                    if (term == ofTerm && reaches.test(current.node(), other.node())) {
                        other.learn(index);
                    }
                });
            }
        }
    }

    Duration upTo(Duration max) {
        return Duration.ofNanos(random.nextLong(max.toNanos() + 1));
    }

    CompletionStage<Void> add(SimLedger by, Peer peer) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (isRefused(by, done)) {
            return done;
        }
        if (voters.stream().anyMatch(voter -> voter.node().equals(peer.node()))) {
            done.completeExceptionally(new IllegalStateException(peer.node() + " already holds a vote"));
        } else if (!answering(by).containsAll(nodes(voters)) || !voters.stream().allMatch(this::isAt)) {
            done.completeExceptionally(
                    new IllegalStateException(peer.node() + " gets no vote while another voter does not answer"));
        } else {
            joining.put(peer.node(), new Joining(peer, done, time.nanos() + CATCH_UP_LIMIT.toNanos()));
        }
        return done;
    }

    CompletionStage<Void> remove(SimLedger by, NodeId node) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (isRefused(by, done)) {
            return done;
        }
        List<Peer> next =
                voters.stream().filter(peer -> !peer.node().equals(node)).toList();
        if (by.node().equals(node)) {
            done.completeExceptionally(new IllegalStateException(node + " leads the ledger"));
        } else if (!isMajority(voters, answering(by)) || !isMajority(next, answering(by))) {
            done.completeExceptionally(
                    new IllegalStateException("without " + node + " no majority of the voters would answer"));
        } else if (next.size() == voters.size()) {
            done.complete(null);
        } else {
            change(by, next, done);
        }
        return done;
    }

    private boolean isRefused(SimLedger by, CompletableFuture<Void> done) {
        if (!by.leads(term)) {
            done.completeExceptionally(new NotLeadingException("node " + by.node() + " does not lead"));
        } else if (nextVoters.isPresent() || !joining.isEmpty()) {
            done.completeExceptionally(new IllegalStateException("another change of voters is under way"));
        }
        return done.isDone();
    }

    private static List<NodeId> nodes(List<Peer> peers) {
        return peers.stream().map(Peer::node).toList();
    }

    private TreeSet<NodeId> answering(SimLedger by) {
        TreeSet<NodeId> answering = new TreeSet<>();
        open.keySet().stream().filter(node -> connected(by.node(), node)).forEach(answering::add);
        return answering;
    }

    private void change(SimLedger by, List<Peer> next, CompletableFuture<Void> done) {
        nextVoters = Optional.of(next);
        by.await(put(by, new Slot.Membership(term, next)), term).whenComplete((index, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }

    CompletionStage<Void> transfer(SimLedger by, NodeId to) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        long ofTerm = term;
        time.after(upTo(habits.hopMax()), () -> {
            SimLedger next = open.get(to);
            if (term == ofTerm && by.leads(ofTerm) && next != null && next != by && canLead(next)) {
                install(next);
                by.loop().execute(() -> done.complete(null));
            } else {
                by.loop()
                        .execute(() -> done.completeExceptionally(
                                new IllegalStateException("node " + to + " cannot lead now")));
            }
        });
        return done;
    }
}
