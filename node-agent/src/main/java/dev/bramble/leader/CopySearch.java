package dev.bramble.leader;

import dev.bramble.ledger.BlobRecord;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds blobs that lack a copy, a part at a time and each in its turn, and rests once all were looked at in vain: a
 * drained board may stay for weeks with a million files that all have their copies elsewhere. Soft state.
 */
final class CopySearch {
    /** Blobs that are looked at for one plan: a few milliseconds of work. The next goes on behind them. */
    static final int LOOKED_MAX = 10_000;
    /** Blobs that are found for one plan: four times as many as it can begin, since some have no place to go. */
    static final int FOUND_MAX = 1000;

    private Optional<Scene> scene = Optional.empty();
    /** Looks in this scene until none can be left that was not looked at since the last find. */
    private long left;
    /** The last blob that was looked at: no other waits for it. */
    private Optional<BlobId> lookedAt = Optional.empty();

    /**
     * All that it follows from which blobs lack copies, beside those that are being made: while two are equal, nothing
     * new is to be found.
     *
     * @param changes {@link dev.bramble.ledger.BlobTable#changes()}
     * @param copiesWanted copies that a blob should have, as far as there are nodes that stay
     * @param up nodes that are up
     * @param gone nodes whose copies do not count: they leave, or have been away for long
     * @param awaited nodes that are being drained
     */
    record Scene(long changes, int copiesWanted, Set<NodeId> up, Set<NodeId> gone, Set<NodeId> awaited) {
        /**
         * Whether a blob has too few copies that count. Of what a node holds that is being drained only those on nodes
         * that are up do: its drain waits for such, and must not have to wait until somebody else has been away for
         * long.
         */
        boolean lacks(BlobRecord blob) {
            boolean isAwaited = holdsAny(blob, awaited);
            int copies = 0;
            for (NodeId holder : blob.holders()) {
                if (!gone.contains(holder) && (!isAwaited || up.contains(holder))) {
                    copies++;
                }
            }
            return copies < copiesWanted;
        }

        boolean hasSource(BlobRecord blob) {
            return holdsAny(blob, up);
        }

        private static boolean holdsAny(BlobRecord blob, Set<NodeId> nodes) {
            for (NodeId holder : blob.holders()) {
                if (nodes.contains(holder)) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Blobs that lack a copy which can be made, from behind the one that was looked at last; none when all were looked
     * at in this scene. What it returns is used up before it is asked again.
     *
     * @param suspects sets in which all of them are; they follow from the scene
     * @param isUnderWay whether a copy of it is being made: it is passed over, and looked at again
     */
    Iterator<BlobId> in(
            Scene now,
            List<NavigableSet<BlobId>> suspects,
            Function<BlobId, BlobRecord> records,
            Predicate<BlobId> isUnderWay) {
        // Blobs that are in two sets count twice: some are looked at once more than needed, and none is missed.
        long all = suspects.stream().mapToLong(Set::size).sum();
        if (!scene.equals(Optional.of(now))) {
            scene = Optional.of(now);
            left = all;
        }
        return left <= 0 ? Collections.emptyIterator() : new Part(now, suspects, all, records, isUnderWay);
    }

    private final class Part implements Iterator<BlobId> {
        private final Scene now;
        private final CopyRound round;
        private final long all;
        private final Function<BlobId, BlobRecord> records;
        private final Predicate<BlobId> isUnderWay;
        private int looked;
        private int found;
        private Optional<BlobId> next = Optional.empty();

        Part(
                Scene now,
                List<NavigableSet<BlobId>> suspects,
                long all,
                Function<BlobId, BlobRecord> records,
                Predicate<BlobId> isUnderWay) {
            this.now = now;
            this.round = new CopyRound(suspects, lookedAt);
            this.all = all;
            this.records = records;
            this.isUnderWay = isUnderWay;
        }

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && looked < LOOKED_MAX && found < FOUND_MAX && round.hasNext()) {
                look(round.next());
            }
            return next.isPresent();
        }

        private void look(BlobId blob) {
            looked++;
            lookedAt = Optional.of(blob);
            BlobRecord record = records.apply(blob);
            if (!now.lacks(record) || !now.hasSource(record)) {
                left--;
                return;
            }
            left = all;
            if (!isUnderWay.test(blob)) {
                found++;
                next = Optional.of(blob);
            }
        }

        @Override
        public BlobId next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            BlobId blob = next.orElseThrow();
            next = Optional.empty();
            return blob;
        }
    }
}
