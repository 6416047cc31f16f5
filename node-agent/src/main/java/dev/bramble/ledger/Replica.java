package dev.bramble.ledger;

import dev.bramble.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One voter's copy of the hard state: what the engine applies ends here. Owned by the event loop. Keeps the newest
 * entries, so that those who follow by the feed need no snapshot after a short absence.
 */
public final class Replica implements Ledger.StateMachine {
    /** Entries kept for followers: some minutes at the usual rate. */
    static final int RECENT_ENTRIES_MAX = 4096;
    /** Bytes of entries kept for followers: a share of the voter's heap that is never missed. */
    static final int RECENT_BYTES_MAX = 4 << 20;

    /** Told of changes, on the event loop, after the state has them. */
    public interface Observer {
        void applied(long index, LedgerState.Applied effects);

        /** What was applied, for those who keep more of it than the state does; before {@link #applied}. */
        default void passed(Entry entry) {}

        /** The state was replaced by a snapshot. */
        void restored();

        void leading(long term);

        void following(long term, Optional<NodeId> leader);

        void votersChanged(List<Ledger.Peer> voters);

        void steppedAside(String trouble);
    }

    /** An entry as it came. */
    public record Recent(long index, long term, byte[] entry) {}

    private final EntryCodec codec;
    private final Observer observer;
    private LedgerState state = new LedgerState();
    private long index;
    private long term;
    private final ArrayDeque<Recent> recent = new ArrayDeque<>();
    private long recentAfter;
    private int recentBytes;

    public Replica(EntryCodec codec, Observer observer) {
        this.codec = codec;
        this.observer = observer;
    }

    public LedgerState state() {
        return state;
    }

    /** Names what the entries follow on: the ledger, and since a recovery its course, too. */
    public String course() {
        return state.ledger().value()
                + state.electorate().recovery().map(since -> "/" + since.id()).orElse("");
    }

    /** Index of the newest applied entry. */
    public long index() {
        return index;
    }

    /** Term of the newest applied entry. */
    public long term() {
        return term;
    }

    /** All entries after {@code after}, at most {@code bytesMax} of them but at least one; empty when some are gone. */
    public Optional<List<Recent>> entriesAfter(long after, int bytesMax) {
        if (after < recentAfter || after > index) {
            return Optional.empty();
        }
        // Those who ask are nearly up to date: from the newest back, so that an entry costs them no walk over
        // thousands.
        ArrayDeque<Recent> missing = new ArrayDeque<>();
        for (Iterator<Recent> newest = recent.descendingIterator(); newest.hasNext(); ) {
            Recent entry = newest.next();
            if (entry.index() <= after) {
                break;
            }
            missing.addFirst(entry);
        }
        List<Recent> entries = new ArrayList<>();
        int bytes = 0;
        for (Recent entry : missing) {
            bytes += entry.entry().length;
            if (!entries.isEmpty() && bytes > bytesMax) {
                break;
            }
            entries.add(entry);
        }
        return Optional.of(entries);
    }

    @Override
    public void apply(long entryIndex, long entryTerm, byte[] bytes) {
        Entry entry = codec.decodeEntry(bytes);
        LedgerState.Applied effects = state.apply(entry);
        index = entryIndex;
        term = entryTerm;
        recent.addLast(new Recent(entryIndex, entryTerm, bytes));
        recentBytes += bytes.length;
        while (recent.size() > RECENT_ENTRIES_MAX || recentBytes > RECENT_BYTES_MAX) {
            Recent oldest = recent.removeFirst();
            recentAfter = oldest.index();
            recentBytes -= oldest.entry().length;
        }
        observer.passed(entry);
        observer.applied(entryIndex, effects);
    }

    @Override
    public byte[] snapshot() {
        return codec.encodeImage(state.image());
    }

    @Override
    public void restore(long snapshotIndex, long snapshotTerm, byte[] snapshot) {
        state = LedgerState.of(codec.decodeImage(snapshot));
        index = snapshotIndex;
        term = snapshotTerm;
        recent.clear();
        recentBytes = 0;
        recentAfter = snapshotIndex;
        observer.restored();
    }

    @Override
    public void leading(long newTerm) {
        observer.leading(newTerm);
    }

    @Override
    public void following(long newTerm, Optional<NodeId> leader) {
        observer.following(newTerm, leader);
    }

    @Override
    public void votersChanged(List<Ledger.Peer> voters) {
        observer.votersChanged(voters);
    }

    @Override
    public void steppedAside(String trouble) {
        observer.steppedAside(trouble);
    }
}
