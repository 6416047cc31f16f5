package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.NotLeadingException;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger on Apache Ratis, as one voter takes part in it.
 *
 * <p>A ledger begins with one voter that {@linkplain #found founds} it. Every other voter {@linkplain #open opens} an
 * empty folder, tells the leader its {@link #self()} by some other way, and is added there with {@link #addVoter}. The
 * same {@code open} resumes after a restart.
 *
 * <p>When the folder turns out to be damaged, it is renamed and the voter starts anew, as an empty peer under a new
 * storage name; {@link #aside()} says why. Nothing ails the new peer: the leader removes the old one and adds it. When
 * something stops this voter while it runs (a full disk, its removal), it closes its engine and says so
 * ({@link Ledger.StateMachine#steppedAside}, {@link Status#trouble()}); then {@link #prepareReopening} says whether its
 * folder may be opened again.
 *
 * <p>All mutable state is the event loop's; {@link #status()} is for any thread.
 */
public final class RatisLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(RatisLedger.class);

    /**
     * How often this voter looks after its engine, and notes what it has applied if that is new. The note costs one
     * flush of the card, and what was applied since the last note is what its check does not know of.
     */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** A clean close takes under a second; whoever waits for it (an agent that ends) is not kept longer than this. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    /** Free bytes that make it worth while to go on after a full disk: four segments of the log. */
    private static final long REOPENING_ROOM_BYTES = 16 << 20;

    /** A voter's JVM should run with these, besides its heap; set {@code MALLOC_ARENA_MAX=1} in its environment. */
    public static final List<String> JVM_FLAGS = Tuning.JVM_FLAGS;

    /**
     * @param folder this voter's own; nothing else may write there
     * @param node whose voter this is
     * @param ledger which ledger
     * @param address host:port under which the other voters reach this one. It is written into the membership, and
     *     looked up at each connection: where boards change their addresses, give a name that follows them
     * @param bindHost where to listen: an address of this machine, {@code 0.0.0.0} for all
     * @param electionTimeoutMin how long a voter waits at least for its leader. 1 s suits a card whose flush now and
     *     then takes half a second; 300 ms were steady on one machine
     * @param electionTimeoutMax and at most; twice the minimum lets one candidate be first
     * @param snapshotEveryEntries a snapshot is taken after as many entries (or 64 MB of them)
     * @param course of a folder that is made now, see {@link LedgerRecovery}; one that is there keeps its own
     */
    public record Settings(
            Path folder,
            NodeId node,
            LedgerId ledger,
            String address,
            String bindHost,
            Tls tls,
            Duration electionTimeoutMin,
            Duration electionTimeoutMax,
            int snapshotEveryEntries,
            Optional<String> course) {
        public Settings {
            if (portOf(address) < 1) {
                throw new IllegalArgumentException("not an address (host:port): '" + address + "'");
            }
        }

        /** For boards: timeouts of 1 and 2 s, a snapshot every 20,000 entries. */
        public static Settings of(Path folder, NodeId node, LedgerId ledger, String address, String bindHost, Tls tls) {
            return new Settings(
                    folder,
                    node,
                    ledger,
                    address,
                    bindHost,
                    tls,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    20_000,
                    Optional.empty());
        }

        public Settings withElectionTimeouts(Duration min, Duration max) {
            return with(min, max, snapshotEveryEntries, course);
        }

        public Settings withSnapshotEveryEntries(int entries) {
            return with(electionTimeoutMin, electionTimeoutMax, entries, course);
        }

        public Settings withCourse(Optional<String> other) {
            return with(electionTimeoutMin, electionTimeoutMax, snapshotEveryEntries, other);
        }

        private Settings with(Duration min, Duration max, int entries, Optional<String> other) {
            return new Settings(folder, node, ledger, address, bindHost, tls, min, max, entries, other);
        }

        int port() {
            return portOf(address);
        }

        private static int portOf(String address) {
            String port = address.substring(address.lastIndexOf(':') + 1);
            return port.matches("\\d{1,5}") ? Integer.parseInt(port) : -1;
        }
    }

    /**
     * @param key of this node's certificate
     * @param chain this node's certificate first
     * @param authorities the bramble's, current and next
     * @param voterOf the node that a certificate names; empty when that may not vote (a head, a forgotten node)
     */
    public record Tls(
            PrivateKey key,
            List<X509Certificate> chain,
            List<X509Certificate> authorities,
            Function<X509Certificate, Optional<NodeId>> voterOf) {}

    private final EventLoop loop;
    private final StateMachine machine;
    private final ExecutorService engineThread = thread("ledger-engine");
    private final ExecutorService diskThread = thread("ledger-disk");
    private final ExecutorService membershipThread = thread("ledger-membership");
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Set<CompletableFuture<Void>> changes = ConcurrentHashMap.newKeySet();
    private final RatisMachine.Events events = new EngineEvents();
    private RatisMachine ratisMachine;
    private Opening opening;
    private Engine engine;
    private Leadership leadership;
    private Membership membership;
    private Appends appends;
    private Candidacy candidacy;

    // Written on the loop, read anywhere.
    private volatile List<Peer> voters = List.of();
    private volatile long appliedIndex = -1;
    private volatile boolean stopped;
    private volatile boolean removed;
    private volatile Optional<String> trouble = Optional.empty();

    // Owned by the loop.
    private long membershipIndex = -1;
    private EventLoop.Timer nextLook = () -> {};
    private boolean stoppedWorking;

    private RatisLedger(StateMachine machine, EventLoop loop) {
        this.machine = machine;
        this.loop = loop;
    }

    /**
     * Founds a ledger, with this voter as its only one. Harmless when the folder holds this ledger already.
     *
     * @return completes on the loop; fails with an {@link IOException} and a sentence for people
     */
    public static CompletionStage<RatisLedger> found(Settings settings, StateMachine machine, EventLoop loop) {
        return start(settings, true, machine, loop);
    }

    /**
     * Resumes from the folder, or waits as an empty peer to be added by the leader when there is nothing in it.
     *
     * @return completes on the loop; fails with an {@link IOException} and a sentence for people
     */
    public static CompletionStage<RatisLedger> open(Settings settings, StateMachine machine, EventLoop loop) {
        return start(settings, false, machine, loop);
    }

    private static CompletionStage<RatisLedger> start(
            Settings settings, boolean founding, StateMachine machine, EventLoop loop) {
        CompletableFuture<RatisLedger> started = new CompletableFuture<>();
        RatisLedger ledger = new RatisLedger(machine, loop);
        Thread.ofPlatform().name("ledger-open").daemon().start(() -> {
            try {
                ledger.open(settings, founding);
                loop.execute(() -> {
                    ledger.look();
                    started.complete(ledger);
                });
            } catch (IOException | RuntimeException failure) {
                ledger.shutDown();
                loop.execute(() -> started.completeExceptionally(asIoException(failure)));
            }
        });
        return started;
    }

    private static IOException asIoException(Exception failure) {
        return failure instanceof IOException sentence
                ? sentence
                : new IOException("the ledger could not be opened: " + failure, failure);
    }

    private void open(Settings settings, boolean founding) throws IOException {
        opening = Opening.of(settings, founding, group -> {
            ratisMachine = new RatisMachine(
                    machine, loop, engineThread, diskThread, group, settings.snapshotEveryEntries(), events);
            return ratisMachine;
        });
        engine = opening.engine();
        leadership = new Leadership(engine, machine);
        membership = new Membership(engine, settings.electionTimeoutMax(), () -> voters);
        appends = new Appends(engine, loop, engineThread);
        candidacy = new Candidacy(engine, loop);
        opening.membership().ifPresent(known -> {
            engine.addresses().learn(Peers.peers(known.getPeersList()));
            loop.execute(() -> membershipCommitted(-1, known));
        });
        try {
            engine.server().start();
        } catch (IOException | RuntimeException failure) {
            throw new IOException("the consensus engine did not start: " + RatisMachine.rootCause(failure), failure);
        }
    }

    /** This voter as the leader must know it to add it. */
    public Peer self() {
        return opening.self();
    }

    /**
     * Makes the folder of this {@linkplain #whenClosed() closed} ledger ready to be opened again: that of a voter that
     * was removed from the membership is renamed. Waits for the disk.
     *
     * @throws IOException with a sentence for people, while the disk takes no writes
     */
    public void prepareReopening() throws IOException {
        Path folder = opening.folder().path();
        DurableFiles.requireRoom(folder, REOPENING_ROOM_BYTES);
        if (removed) {
            VoterFolder.setAside(folder, "removed");
        }
    }

    /** The course of the ledger that this copy belongs to; empty when it was never recovered. */
    public Optional<String> course() {
        return opening.folder().course();
    }

    /** On the loop. The ledger went on from another voter's copy: this one is of no use any more. */
    public void supersede() {
        removed = true;
        fail("the ledger was recovered from another voter's copy, and this one is set aside");
    }

    /** Why the folder found at the start was set aside, so that this is a new, empty peer. */
    public Optional<String> aside() {
        return opening.aside();
    }

    /** Completes, on any thread, when all threads and files are given up after {@link #close()}. */
    public CompletionStage<Void> whenClosed() {
        return closed;
    }

    @Override
    public CompletionStage<Long> append(byte[] entry) {
        if (stopped || !leadership.isLeading()) {
            return appends.refuse(notLeading());
        }
        return appends.append(entry);
    }

    @Override
    public Status status() {
        DivisionInfo info = engine.division().getInfo();
        return new Status(
                info.getCurrentTerm(), leadership.leader(), leadership.isLeading(), voters, appliedIndex, trouble);
    }

    @Override
    public CompletionStage<Void> addVoter(Peer peer) {
        return change(() -> membership.add(peer));
    }

    @Override
    public CompletionStage<Void> removeVoter(NodeId node) {
        return change(() -> membership.remove(node));
    }

    @Override
    public CompletionStage<Void> transferLeadership(NodeId to, Duration limit) {
        return change(() -> membership.transfer(to, limit));
    }

    @Override
    public CompletionStage<Boolean> standForElection() {
        return candidacy.stand();
    }

    private NotLeadingException notLeading() {
        Optional<String> why = trouble.or(() -> voters.isEmpty() ? aside() : Optional.empty());
        return new NotLeadingException(why.orElse("this voter does not lead the ledger"));
    }

    private interface Change {
        void run() throws IOException;
    }

    private CompletionStage<Void> change(Change change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (stopped || !leadership.isLeading()) {
            loop.execute(() -> done.completeExceptionally(notLeading()));
            return done;
        }
        changes.add(done);
        membershipThread.execute(() -> {
            try {
                change.run();
                loop.execute(() -> done.complete(null));
            } catch (IOException | RuntimeException failure) {
                loop.execute(() -> done.completeExceptionally(failure));
            } finally {
                changes.remove(done);
            }
        });
        return done;
    }

    /** Gives up engine, threads and files in the background; see {@link #whenClosed()}. */
    @Override
    public void close() {
        loop.execute(() -> {
            if (!stopped) {
                stop("the ledger was closed");
            }
        });
    }

    /** On the loop. */
    private void stop(String sentence) {
        stopped = true;
        nextLook.cancel();
        leadership.end();
        appends.failAll(sentence);
        changes.forEach(change -> change.completeExceptionally(
                new IOException(sentence + "; the change of the membership may or may not happen")));
        ratisMachine.stopApplying();
        Thread.ofPlatform().name("ledger-close").daemon().start(this::shutDown);
    }

    private void shutDown() {
        if (engine != null) {
            closeEngine();
        }
        noteApplied();
        engineThread.shutdownNow();
        diskThread.shutdownNow();
        membershipThread.shutdownNow();
        try {
            if (opening != null) {
                opening.folder().close();
            }
        } catch (IOException e) {
            LOG.warn("the ledger's folder could not be released", e);
        }
        closed.complete(null);
    }

    /** The log and the port are given up at once; connections to voters that do not answer take the engine longer. */
    private void closeEngine() {
        try {
            engine.division().close();
            Thread closing = Thread.ofPlatform()
                    .name("ledger-connections")
                    .daemon()
                    .start(() -> {
                        try {
                            engine.server().close();
                        } catch (IOException | RuntimeException e) {
                            LOG.warn("the consensus engine did not close cleanly", e);
                        }
                    });
            closing.join(CLOSE_LIMIT);
        } catch (RuntimeException e) {
            LOG.warn("the consensus engine did not close cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On the loop, once a second: what the engine does not say by itself. */
    private void look() {
        if (stopped) {
            return;
        }
        boolean works = engine.works();
        if (!works && stoppedWorking) {
            fail("the consensus engine stopped by itself; its log says why");
            return;
        }
        // Twice in a row: between closing itself and saying why, the engine takes a moment.
        stoppedWorking = !works;
        leadership.tell();
        diskThread.execute(this::noteApplied);
        nextLook = loop.after(LOOK_EVERY, this::look);
    }

    private void noteApplied() {
        try {
            if (opening != null) {
                opening.note().write(appliedIndex);
            }
        } catch (IOException e) {
            // The note only makes a later check sharper; if the disk is gone, the log will say so.
            LOG.warn("the applied index could not be noted: {}", e.toString());
        }
    }

    private void noteMembership(long term, long index, RaftConfigurationProto committed) {
        try {
            new MembershipNote(opening.folder().membership()).write(term, index, committed);
        } catch (IOException e) {
            events.failed("the ledger's disk cannot be written: " + e.getMessage());
        }
    }

    private void markJoined() {
        try {
            opening.folder().markJoined();
        } catch (IOException e) {
            events.failed("the ledger's disk cannot be written: " + e.getMessage());
        }
    }

    /** On the loop. */
    private void fail(String sentence) {
        if (stopped) {
            return;
        }
        LOG.error("the ledger stands aside: {}", sentence);
        trouble = Optional.of(sentence);
        stop(sentence);
        machine.steppedAside(sentence);
    }

    /** On the loop. */
    private void membershipCommitted(long index, RaftConfigurationProto committed) {
        boolean inTransition = committed.getOldPeersCount() > 0;
        if (stopped || inTransition || index < membershipIndex) {
            return;
        }
        membershipIndex = index;
        List<Peer> now = Peers.peers(committed.getPeersList());
        engine.addresses().learn(now);
        if (now.contains(self())) {
            diskThread.execute(this::markJoined);
        }
        if (!now.equals(voters)) {
            voters = now;
            machine.votersChanged(now);
        }
    }

    private final class EngineEvents implements RatisMachine.Events {
        @Override
        public void appending(TransactionContext append) {
            appends.written(append);
        }

        @Override
        public void applied(long index, StateMachineLogEntryProto entry) {
            appliedIndex = index;
            appends.applied(index, entry);
        }

        @Override
        public void membership(long term, long index, RaftConfigurationProto committed) {
            loop.execute(() -> {
                if (!stopped) {
                    // Before the same thread may store a snapshot that covers it.
                    diskThread.execute(() -> noteMembership(term, index, committed));
                }
                membershipCommitted(index, committed);
            });
        }

        @Override
        public void leaderReady(long term) {
            loop.execute(() -> {
                if (!stopped) {
                    leadership.gained(term);
                }
            });
        }

        @Override
        public void leaderChanged() {
            loop.execute(() -> {
                if (!stopped) {
                    leadership.mayHaveChanged();
                }
            });
        }

        @Override
        public void failed(String sentence) {
            loop.execute(() -> fail(sentence));
        }

        @Override
        public void removed() {
            removed = true;
            failed("this voter was removed from the membership");
        }

        @Override
        public void snapshotStored(long index) {
            if (index >= 0) {
                engine.division().getRaftLog().purge(index).exceptionally(failure -> {
                    LOG.warn("the log was not shortened after a snapshot: {}", failure.toString());
                    return null;
                });
            }
        }
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }
}
