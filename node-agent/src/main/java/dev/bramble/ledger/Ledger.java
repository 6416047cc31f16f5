package dev.bramble.ledger;

import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The durable, agreed order of entries, as one voter takes part in it.
 *
 * <p>What an implementation promises: an append that completed survives the loss of any minority of voters and a power
 * cut of all; every voter is told of the same entries in the same order, each once per incarnation, beginning after its
 * last snapshot; at most one voter is leading in a term. All methods may be called from the event loop and do not
 * block; all callbacks and completions arrive on the event loop.
 */
public interface Ledger extends AutoCloseable {
    /** Most bytes of one encoded entry: beyond it the engine's buffers would have to grow on every voter. */
    int ENTRY_BYTES_MAX = 1 << 20;

    /**
     * Appends an entry. Completes with its index once it is agreed, flushed by a majority and applied here. Fails with
     * {@link NotLeadingException} when this voter does not lead, with {@link IllegalArgumentException} when the entry
     * is too large, and with {@link java.util.concurrent.RejectedExecutionException} when too many are under way: then
     * it was not begun, and may be appended again. When it fails with another exception, the entry may or may not be
     * applied later.
     */
    CompletionStage<Long> append(byte[] entry);

    /** What is known now of the consensus. Any thread may call. */
    Status status();

    /**
     * Changes the voters, one step at a time; only on the leader. Completes when the new membership is committed.
     * Adding: the new voter must already run as an empty peer; it catches up first, without a vote.
     */
    CompletionStage<Void> addVoter(Peer peer);

    /** Removes a voter from the membership; only on the leader. */
    CompletionStage<Void> removeVoter(NodeId node);

    /** Hands the leadership to another voter; only on the leader. */
    CompletionStage<Void> transferLeadership(NodeId to, Duration limit);

    /**
     * Stands for election at once, instead of when the leader has been silent for long: for who knows by other means
     * that the leader is gone. Nothing happens unless this voter follows a leader that does not answer it, has all of
     * the log that the other voters have, and would get a majority. Completes with whether it stands; who leads then is
     * told as ever.
     */
    CompletionStage<Boolean> standForElection();

    /** Stops taking part; flushes nothing that was not flushed already. */
    @Override
    void close();

    /**
     * A voter as the consensus knows it.
     *
     * @param node whose it is
     * @param storage random name of this voter's storage: a wiped or reflashed voter is a new peer
     * @param address host:port of its consensus port
     */
    record Peer(NodeId node, String storage, String address) {}

    /**
     * @param term the newest term seen
     * @param leader who leads in it, if known
     * @param leading whether this voter leads and has applied an entry of its own term
     * @param voters the committed membership
     * @param appliedIndex the last index applied here
     * @param trouble why this voter stands aside (damage, full disk, read-only disk); empty when it is well
     */
    record Status(
            long term,
            Optional<NodeId> leader,
            boolean leading,
            List<Peer> voters,
            long appliedIndex,
            Optional<String> trouble) {}

    /** The state machine on top; called on the event loop only. */
    interface StateMachine {
        /** Applies the entry at {@code index}; must not throw. */
        void apply(long index, long term, byte[] entry);

        /** The whole state, encoded, as of the last applied index. */
        byte[] snapshot();

        /** Replaces the whole state with that of {@code snapshot}, taken at {@code index}. */
        void restore(long index, long term, byte[] snapshot);

        /** This voter leads {@code term}; its own first entry is applied, so its state is complete. */
        void leading(long term);

        /** This voter does not lead any more. */
        void following(long term, Optional<NodeId> leader);

        /** The committed membership changed. */
        void votersChanged(List<Peer> voters);

        /** This voter stands aside and will not come back by itself; the sentence says why. */
        void steppedAside(String trouble);
    }
}
