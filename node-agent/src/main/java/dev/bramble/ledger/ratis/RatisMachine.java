package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.NewerReleaseException;
import dev.bramble.time.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the engine, which has many threads, and the state machine of the port, which lives on the event loop: hands
 * over committed entries in order and a bounded number ahead, takes snapshots, restores them.
 *
 * <p>Thread: the engine's, except where a comment says loop or disk.
 */
final class RatisMachine extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(RatisMachine.class);

    /** How often a wait for the loop looks whether the ledger was closed meanwhile. */
    private static final long LOOK_MILLIS = 100;

    /** What the engine has to say to the ledger. Each method may be called on any thread, unless it says otherwise. */
    interface Events {
        /** The append with this call id is about to be written; from now on it may be applied some day. */
        void appending(TransactionContext append);

        /** On the loop: an entry was applied. */
        void applied(long index, StateMachineLogEntryProto entry);

        /** A membership was committed, or came with a snapshot. */
        void membership(long term, long index, RaftConfigurationProto membership);

        /** This voter's own first entry of {@code term} is applied; it was elected in it. */
        void leaderReady(long term);

        /** This voter led and does not any more, or another one was recognised. */
        void leaderChanged();

        /** This voter cannot go on. */
        void failed(String sentence);

        /** This voter cannot go on: it is no voter any more. */
        void removed();

        /** On the disk thread: a snapshot is written; up to {@code index} the log is not needed any more. */
        void snapshotStored(long index);
    }

    private final Ledger.StateMachine machine;
    private final EventLoop loop;
    private final Executor replies;
    private final Executor disk;
    private final Path group;
    private final SnapshotFiles snapshots;
    private final int snapshotEveryEntries;
    private final Events events;
    private final Semaphore entriesAhead = new Semaphore(Tuning.APPLIES_IN_FLIGHT_MAX);
    private final Semaphore bytesAhead = new Semaphore(Tuning.APPLY_BYTES_IN_FLIGHT_MAX);
    private volatile boolean closed;
    private volatile long newestMembershipTerm;

    // Owned by the loop.
    private int entriesSinceSnapshot;
    private long bytesSinceSnapshot;
    private boolean storing;

    /**
     * @param group the engine's folder of this ledger
     * @param replies runs what the engine does when an entry is applied
     * @param disk one thread that may wait for the disk
     */
    RatisMachine(
            Ledger.StateMachine machine,
            EventLoop loop,
            Executor replies,
            Executor disk,
            Path group,
            int snapshotEveryEntries,
            Events events) {
        this.machine = machine;
        this.loop = loop;
        this.replies = replies;
        this.disk = disk;
        this.group = group;
        this.snapshots = new SnapshotFiles(group);
        this.snapshotEveryEntries = snapshotEveryEntries;
        this.events = events;
    }

    /** Whatever waits for the loop goes on; nothing is applied from now on. */
    void stopApplying() {
        closed = true;
        entriesAhead.release(Integer.MAX_VALUE / 2);
        bytesAhead.release(Integer.MAX_VALUE / 2);
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        snapshots.init(storage);
        getLifeCycle().transition(LifeCycle.State.STARTING);
        restoreNewest();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    /** The engine has received a snapshot and is about to put it into place. */
    @Override
    public void pause() {
        try {
            SnapshotFiles.flushReceived(group);
        } catch (IOException e) {
            throw new UncheckedIOException("the received snapshot could not be flushed", e);
        }
        if (getLifeCycle().compareAndTransition(LifeCycle.State.RUNNING, LifeCycle.State.PAUSING)) {
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
    }

    /** The received snapshot is in place. Runs after everything that was handed to the loop before. */
    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().transition(LifeCycle.State.STARTING);
        snapshots.refresh();
        DurableFiles.flushFolder(group);
        restoreNewest();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    private void restoreNewest() throws IOException {
        Optional<SnapshotFiles.Snapshot> newest;
        try {
            newest = snapshots.load();
        } catch (DamagedException e) {
            events.failed(e.getMessage());
            throw new IOException(e.getMessage(), e);
        }
        if (newest.isEmpty()) {
            return;
        }
        TermIndex at = newest.get().at();
        byte[] state = newest.get().state();
        onLoop(() -> {
            machine.restore(at.getIndex(), at.getTerm(), state);
            entriesSinceSnapshot = 0;
            bytesSinceSnapshot = 0;
            events.applied(at.getIndex(), StateMachineLogEntryProto.getDefaultInstance());
        });
        setLastAppliedTermIndex(at);
    }

    private void onLoop(Runnable task) throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        while (!closed) {
            try {
                done.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException stillWaiting) {
                // Look whether the ledger was closed, then wait on.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the state was restored", e);
            } catch (ExecutionException e) {
                events.failed(
                        e.getCause() instanceof NewerReleaseException
                                ? e.getCause().getMessage()
                                : "the snapshot could not be restored: " + e.getCause());
                throw new IOException("the snapshot could not be restored", e.getCause());
            }
        }
        throw new IOException("the ledger was closed while its state was restored");
    }

    @Override
    public TransactionContext preAppendTransaction(TransactionContext append) {
        events.appending(append);
        return append;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        StateMachineLogEntryProto body = entry.getStateMachineLogEntry();
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        byte[] data = body.getLogData().toByteArray();
        int bytes = Math.clamp(data.length, 1, Tuning.APPLY_BYTES_IN_FLIGHT_MAX);
        entriesAhead.acquireUninterruptibly();
        bytesAhead.acquireUninterruptibly(bytes);
        CompletableFuture<Message> applied = new CompletableFuture<>();
        if (closed) {
            applied.complete(Message.EMPTY);
            return applied;
        }
        loop.execute(() -> {
            try {
                apply(entry.getTerm(), entry.getIndex(), body, data);
            } finally {
                bytesAhead.release(bytes);
                entriesAhead.release();
                if (closed) {
                    applied.complete(Message.EMPTY);
                } else {
                    applied.completeAsync(() -> Message.EMPTY, replies);
                }
            }
        });
        return applied;
    }

    /** On the loop. */
    private void apply(long term, long index, StateMachineLogEntryProto body, byte[] data) {
        if (closed) {
            return;
        }
        try {
            machine.apply(index, term, data);
        } catch (NewerReleaseException unknown) {
            LOG.error("entry {} is not applied: {}", index, unknown.getMessage());
            closed = true;
            events.failed(unknown.getMessage());
            return;
        } catch (RuntimeException | Error e) {
            LOG.error("entry {} could not be applied", index, e);
            // Going on would let this copy differ from the others.
            closed = true;
            events.failed("entry " + index + " could not be applied: " + e);
            return;
        }
        events.applied(index, body);
        entriesSinceSnapshot++;
        bytesSinceSnapshot += data.length;
        if (!storing
                && (entriesSinceSnapshot >= snapshotEveryEntries
                        || bytesSinceSnapshot >= Tuning.SNAPSHOT_EVERY_BYTES)) {
            takeSnapshotAt(TermIndex.valueOf(term, index));
        }
    }

    /** On the loop: only encodes; the disk thread writes. */
    private void takeSnapshotAt(TermIndex at) {
        entriesSinceSnapshot = 0;
        bytesSinceSnapshot = 0;
        byte[] state;
        try {
            state = machine.snapshot();
        } catch (RuntimeException e) {
            // As with one that cannot be written: the log still holds everything.
            LOG.error("the state at {} could not be encoded", at, e);
            return;
        }
        storing = true;
        disk.execute(() -> {
            try {
                events.snapshotStored(snapshots.store(new SnapshotFiles.Snapshot(at, state)));
            } catch (IOException | RuntimeException e) {
                // The log still holds everything; the next one is due after as many entries again.
                LOG.warn("the snapshot at {} could not be written: {}", at, e.toString());
            } finally {
                loop.execute(() -> storing = false);
            }
        });
    }

    /** Snapshots are taken when due, not when the engine asks; it is told where the newest ends. */
    @Override
    public long takeSnapshot() {
        SnapshotInfo newest = snapshots.getLatestSnapshot();
        return newest == null ? RaftLog.INVALID_LOG_INDEX : newest.getIndex();
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto membership) {
        newestMembershipTerm = term;
        events.membership(term, index, membership);
    }

    /** Follows the membership that a new leader writes first, on the same thread. */
    @Override
    public void notifyLeaderReady() {
        events.leaderReady(newestMembershipTerm);
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        events.leaderChanged();
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
        events.leaderChanged();
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
        events.failed("the ledger's disk cannot be written: " + rootCause(cause));
    }

    /** The engine says so of one division only when an election showed that the membership does not name it. */
    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean all) {
        if (!all) {
            events.removed();
        }
    }

    /** In its own words: what wraps it says less. */
    static String rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
