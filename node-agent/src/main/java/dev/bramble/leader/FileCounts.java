package dev.bramble.leader;

import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.BlobTable;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What nodes that are drained hold, and what of it others still need. Asked with every pulse, and there may be a
 * million files: they are looked at again only when something has changed. Event loop of the leader.
 */
final class FileCounts {
    /** Drained boards stay for days while files change all the time: what they hold is counted this often at most. */
    private static final Duration RECOUNT_AFTER = Duration.ofSeconds(5);

    private final Leader leader;
    private final Predicate<NodeId> stays;
    private final Supplier<Set<NodeId>> takers;
    private final Map<NodeId, Counted> counts = new TreeMap<>();
    private long counted;

    /** What the count of a node's files follows from. */
    private record Key(long changes, int takers, Set<NodeId> staying) {}

    private record Counted(Key key, DrainStep.Files files, long atNanos) {}

    /**
     * @param stays whether copies on this node are there for others: it is up, and is not leaving
     * @param takers the nodes that take copies
     */
    FileCounts(Leader leader, Predicate<NodeId> stays, Supplier<Set<NodeId>> takers) {
        this.leader = leader;
        this.stays = stays;
        this.takers = takers;
    }

    void begin() {
        counts.clear();
    }

    DrainStep.Files of(NodeId node) {
        LedgerState state = leader.state();
        Set<NodeId> staying = state.nodes().keySet().stream().filter(stays).collect(Collectors.toSet());
        int others =
                (int) takers.get().stream().filter(taker -> !taker.equals(node)).count();
        Key key = new Key(state.blobTable().changes(), others, staying);
        Counted known = counts.get(node);
        if (known == null || !known.key().equals(key)) {
            counts.keySet()
                    .removeIf(other ->
                            state.node(other).filter(NodeRecord::isLeaving).isEmpty());
            known = new Counted(key, count(node, others, staying), leader.loop().nanos());
            counts.put(node, known);
        }
        return known.files();
    }

    /** The same, as it was at most {@link #RECOUNT_AFTER} ago. */
    DrainStep.Files lately(NodeId node) {
        Counted known = counts.get(node);
        boolean isRecent = known != null && leader.loop().nanos() - known.atNanos() < RECOUNT_AFTER.toNanos();
        return isRecent ? known.files() : of(node);
    }

    private DrainStep.Files count(NodeId node, int takers, Set<NodeId> staying) {
        LedgerState state = leader.state();
        counted++;
        int wanted = Math.clamp(takers, 1, BlobTable.COPIES);
        int few = 0;
        int lone = 0;
        long fewBytes = 0;
        Set<BlobId> held = state.blobTable().heldBy(node);
        for (BlobId blob : held) {
            BlobRecord record = state.blob(blob).orElseThrow();
            long others = record.holders().stream()
                    .filter(holder -> !holder.equals(node) && staying.contains(holder))
                    .count();
            if (others == 0) {
                lone++;
            }
            if (others < wanted) {
                few++;
                fewBytes += record.sizeBytes();
            }
        }
        return new DrainStep.Files(held.size(), few, fewBytes, lone, takers);
    }

    /** How often all files of a node were looked at. */
    long counted() {
        return counted;
    }
}
