package dev.bramble.leader;

import dev.bramble.model.BlobId;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

/**
 * Goes once round all blobs of some sets, each blob once, and begins behind the one that was looked at last. It costs
 * what is looked at, however many there are.
 */
final class CopyRound implements Iterator<BlobId> {
    private final List<NavigableSet<BlobId>> sets;
    private final Optional<BlobId> begin;
    private boolean isPastEnd;
    private Optional<BlobId> next;

    CopyRound(List<NavigableSet<BlobId>> sets, Optional<BlobId> lookedAt) {
        this.sets = sets;
        this.begin = lookedAt;
        this.isPastEnd = lookedAt.isEmpty();
        this.next = find(lookedAt);
    }

    @Override
    public boolean hasNext() {
        return next.isPresent();
    }

    @Override
    public BlobId next() {
        BlobId found = next.orElseThrow(NoSuchElementException::new);
        next = find(next);
        return found;
    }

    private Optional<BlobId> find(Optional<BlobId> behind) {
        Optional<BlobId> found = firstBehind(behind);
        if (found.isEmpty() && !isPastEnd) {
            isPastEnd = true;
            found = firstBehind(Optional.empty());
        }
        return isPastEnd ? found.filter(blob -> begin.isEmpty() || blob.compareTo(begin.get()) <= 0) : found;
    }

    private Optional<BlobId> firstBehind(Optional<BlobId> behind) {
        return sets.stream()
                .map(set -> behind.isPresent() ? set.higher(behind.get()) : set.isEmpty() ? null : set.first())
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }
}
