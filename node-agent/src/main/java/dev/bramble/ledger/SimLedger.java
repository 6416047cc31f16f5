package dev.bramble.ledger;

import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** One voter of a {@link SimConsensus}, from the start of its process to its end. */
public final class SimLedger implements Ledger {
    private final SimConsensus consensus;
    private final NodeId node;
    private final EventLoop loop;
    private final StateMachine machine;
    private final SimConsensus.Disk disk;
    private final TreeMap<Long, Pending> pending = new TreeMap<>();
    private long applied;
    private long knownCommitted;
    private long knownTerm;
    private Optional<NodeId> knownLeader = Optional.empty();
    private boolean leads;
    private boolean announced;
    private boolean closed;
    private long patienceEndsNanos;

    private record Pending(long term, CompletableFuture<Long> applied) {}

    SimLedger(SimConsensus consensus, NodeId node, EventLoop loop, StateMachine machine, SimConsensus.Disk disk) {
        this.consensus = consensus;
        this.node = node;
        this.loop = loop;
        this.machine = machine;
        this.disk = disk;
    }

    void begin() {
        loop.execute(() -> {
            if (disk.snapshot != null) {
                restore(disk.snapshotIndex, disk.snapshotTerm, disk.snapshot);
            }
            machine.votersChanged(consensus.voters());
        });
    }

    private void restore(long index, long term, byte[] snapshot) {
        if (!closed && applied < index) {
            applied = index;
            machine.restore(index, term, snapshot);
        }
    }

    /** The leader has dropped entries that this voter lacks. */
    void install(long index, long term, byte[] snapshot) {
        disk.flushed = Math.max(disk.flushed, index);
        if (disk.snapshotIndex < index) {
            disk.snapshotIndex = index;
            disk.snapshotTerm = term;
            disk.snapshot = snapshot;
        }
        loop.execute(() -> restore(index, term, snapshot));
    }

    NodeId node() {
        return node;
    }

    EventLoop loop() {
        return loop;
    }

    SimConsensus.Disk disk() {
        return disk;
    }

    boolean isClosed() {
        return closed;
    }

    long knownTerm() {
        return knownTerm;
    }

    long knownCommitted() {
        return knownCommitted;
    }

    boolean leads() {
        return leads;
    }

    boolean leads(long term) {
        return leads && knownTerm == term;
    }

    /** Whether it has led without a quorum for longer than it may. */
    boolean isOutOfPatience(boolean hasQuorum) {
        if (hasQuorum) {
            beginPatience();
        }
        return loop.nanos() >= patienceEndsNanos;
    }

    private void beginPatience() {
        patienceEndsNanos = loop.nanos() + consensus.patience().toNanos();
    }

    void becomeLeader(long term) {
        leads = true;
        knownTerm = term;
        knownLeader = Optional.of(node);
        beginPatience();
    }

    /** This voter as the leader must know it to add it. */
    public Peer self() {
        return new Peer(node, disk.storage, node + ":2");
    }

    /** It cannot go on; its process opens it anew. */
    void stepAside(String sentence) {
        if (leads) {
            stepDown();
        }
        close();
        loop.execute(() -> machine.steppedAside(sentence));
    }

    void stepDown() {
        leads = false;
        knownLeader = Optional.empty();
        long term = knownTerm;
        List<Pending> lost = List.copyOf(pending.values());
        pending.clear();
        loop.execute(() -> {
            announced = false;
            machine.following(term, Optional.empty());
            lost.forEach(each -> each.applied.completeExceptionally(
                    new IllegalStateException("leadership of term " + term + " was lost")));
        });
    }

    /** Another voter leads {@code term}. */
    void hear(long term, NodeId leader) {
        if (term < knownTerm) {
            return;
        }
        if (leads && term > knownTerm) {
            stepDown();
        }
        beginPatience();
        if (term > knownTerm || knownLeader.isEmpty()) {
            knownTerm = term;
            knownLeader = Optional.of(leader);
            loop.execute(() -> machine.following(term, Optional.of(leader)));
        }
    }

    /** Nothing was heard of a leader for as long as it may. */
    void missLeader() {
        if (knownLeader.isPresent() && loop.nanos() >= patienceEndsNanos) {
            knownLeader = Optional.empty();
            long term = knownTerm;
            loop.execute(() -> machine.following(term, Optional.empty()));
        }
    }

    void learn(long committed) {
        knownCommitted = Math.max(knownCommitted, committed);
        loop.execute(this::applyKnown);
    }

    private void applyKnown() {
        while (!closed && applied < Math.min(knownCommitted, disk.flushed)) {
            applied++;
            long index = applied;
            switch (consensus.slot(index)) {
                case SimConsensus.Slot.Opening opening -> open(opening.term());
                case SimConsensus.Slot.Data data -> machine.apply(index, data.term(), data.bytes());
                case SimConsensus.Slot.Membership membership -> machine.votersChanged(membership.voters());
            }
            settle(index);
            if (applied - disk.snapshotIndex >= consensus.habits.entriesPerSnapshot()) {
                disk.snapshotIndex = applied;
                disk.snapshotTerm = consensus.slot(applied).term();
                disk.snapshot = machine.snapshot();
            }
        }
    }

    private void open(long term) {
        if (leads && term == knownTerm) {
            announced = true;
            machine.leading(term);
        }
    }

    private void settle(long index) {
        Pending waiting = pending.remove(index);
        if (waiting == null) {
            return;
        }
        if (consensus.random.nextDouble() < consensus.habits.lostReplyShare()) {
            waiting.applied.completeExceptionally(new TimeoutException("no reply came in time"));
        } else {
            waiting.applied.complete(index);
        }
    }

    @Override
    public CompletionStage<Long> append(byte[] entry) {
        if (!leads || !announced) {
            return CompletableFuture.failedFuture(new NotLeadingException("node " + node + " does not lead"));
        }
        if (entry.length > ENTRY_BYTES_MAX) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "an entry of " + entry.length + " bytes is larger than " + ENTRY_BYTES_MAX));
        }
        if (knownTerm < consensus.term()) {
            // Overtaken without knowing it: nobody will take the entry, and it learns so when it steps down.
            return await(Long.MAX_VALUE - pending.size(), knownTerm);
        }
        return await(consensus.put(this, new SimConsensus.Slot.Data(knownTerm, entry)), knownTerm);
    }

    CompletableFuture<Long> await(long index, long term) {
        CompletableFuture<Long> done = new CompletableFuture<>();
        pending.put(index, new Pending(term, done));
        return done;
    }

    @Override
    public Status status() {
        return new Status(knownTerm, knownLeader, leads && announced, consensus.voters(), applied, Optional.empty());
    }

    @Override
    public CompletionStage<Void> addVoter(Peer peer) {
        return consensus.add(this, peer);
    }

    @Override
    public CompletionStage<Void> removeVoter(NodeId leaving) {
        return consensus.remove(this, leaving);
    }

    @Override
    public CompletionStage<Void> transferLeadership(NodeId to, Duration limit) {
        return consensus.transfer(this, to);
    }

    @Override
    public CompletionStage<Boolean> standForElection() {
        return consensus.stand(this);
    }

    @Override
    public void close() {
        closed = true;
        leads = false;
        consensus.leave(this);
        pending.clear();
    }
}
