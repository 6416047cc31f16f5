package dev.bramble.leader;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Which copies to make next: pure. */
final class CopyPlan {
    /** Copies on their way to one node: two large ones fill what healing may take of its link and card. */
    static final Share TO_ONE = new Share(2, 32, 4 << 20);
    /** Copies that one node gives at a time: a card reads twice as fast as it writes, and tasks read from it, too. */
    static final Share FROM_ONE = new Share(4, 64, 8 << 20);
    /** Copies on their way in the whole bramble: a switch carries more, yet work has to get through. */
    static final Share IN_ALL = new Share(16, 256, 32 << 20);

    /**
     * Files that a node takes in within a second however small they are, each with a question and a flush. On a PC with
     * all nodes and one disk 300 files came to three nodes in 2.6 s and 409 to two in 3.3 s, a second of it the drain's
     * own steps: some 65 and 90 for each node. A card flushes more slowly.
     */
    static final int FILES_PER_SECOND = 40;

    private CopyPlan() {}

    /** How long it takes to copy so many files of so many bytes to so many nodes, from one at the given pace. */
    static Duration time(long files, long bytes, int targets, long bytesPerSecond) {
        int lanes = Math.clamp(targets, 1, FROM_ONE.few());
        return Duration.ofMillis(
                bytes * 1000 / Math.max(1, bytesPerSecond * lanes) + files * 1000 / (FILES_PER_SECOND * lanes));
    }

    /**
     * What may be on its way at a time. Small files cost a question and a flush each rather than bytes: of those, more
     * are ordered at once, so that a node has the next at hand and is not asked for each. They wait there; how many
     * bytes a second come is the pace's to say.
     *
     * @param few whatever their size
     * @param many as long as all of them together have at most {@code bytes}: fewer than a node lets wait
     */
    record Share(int few, int many, long bytes) {
        boolean isFull(Load load) {
            return load.copies >= many || load.copies >= few && load.bytes >= bytes;
        }

        boolean takes(Load load, long sizeBytes) {
            return load.copies < few || load.copies < many && load.bytes + sizeBytes <= bytes;
        }
    }

    /** Copies on their way, and the sum of their sizes. */
    record Load(int copies, long bytes) {
        static final Load NONE = new Load(0, 0);

        Load plus(long sizeBytes) {
            return new Load(copies + 1, bytes + sizeBytes);
        }
    }

    /**
     * A blob with fewer copies than it should have.
     *
     * @param holders nodes that have a copy by the ledger, up or down, and those to whom one is on its way
     * @param sources holders that are up
     * @param avoided nodes that failed to make this copy lately
     * @param supplies power supplies of the holders that stay, as far as the rack layout knows them
     */
    record Wanted(
            BlobId blob,
            long sizeBytes,
            Set<NodeId> holders,
            List<NodeId> sources,
            Set<NodeId> avoided,
            Set<String> supplies) {}

    /**
     * A node that is up.
     *
     * @param takes whether it may be given copies at all
     * @param isReady whether it takes work; others are given copies only when no ready one can
     * @param roomBytes what its disk takes beyond its reserve; empty when it does not tell
     * @param arriving copies on their way to it
     * @param leaving copies that are asked of it first
     * @param supply its power supply; empty when the rack layout does not know it
     */
    record Place(
            NodeId node,
            boolean takes,
            boolean isReady,
            OptionalLong roomBytes,
            Load arriving,
            Load leaving,
            String supply) {}

    /** One copy to make: {@code target} fetches from {@code sources}, in this order. */
    record Copy(BlobId blob, NodeId target, List<NodeId> sources) {}

    /** @param underWay copies that are being made already */
    static List<Copy> plan(Iterator<Wanted> wanted, List<Place> places, Load underWay) {
        Map<NodeId, Load> arriving = new HashMap<>();
        Map<NodeId, Load> leaving = new HashMap<>();
        places.forEach(place -> {
            arriving.put(place.node(), place.arriving());
            leaving.put(place.node(), place.leaving());
        });
        List<Copy> plan = new ArrayList<>();
        Load all = underWay;
        while (!IN_ALL.isFull(all) && isAnyFree(places, arriving) && wanted.hasNext()) {
            Wanted blob = wanted.next();
            List<NodeId> sources = blob.sources().stream()
                    .sorted(Comparator.comparing((NodeId node) -> loadOf(leaving, node)))
                    .toList();
            boolean isGiven = !sources.isEmpty()
                    && FROM_ONE.takes(leaving.getOrDefault(sources.getFirst(), Load.NONE), blob.sizeBytes())
                    && IN_ALL.takes(all, blob.sizeBytes());
            Optional<Place> target = isGiven ? target(blob, places, arriving) : Optional.empty();
            if (target.isEmpty()) {
                continue;
            }
            plan.add(new Copy(blob.blob(), target.get().node(), sources));
            all = all.plus(blob.sizeBytes());
            arriving.put(target.get().node(), arriving.get(target.get().node()).plus(blob.sizeBytes()));
            leaving.put(
                    sources.getFirst(),
                    leaving.getOrDefault(sources.getFirst(), Load.NONE).plus(blob.sizeBytes()));
        }
        return plan;
    }

    private static boolean isAnyFree(List<Place> places, Map<NodeId, Load> arriving) {
        return places.stream().anyMatch(place -> place.takes() && !TO_ONE.isFull(arriving.get(place.node())));
    }

    private static int loadOf(Map<NodeId, Load> loads, NodeId node) {
        return loads.getOrDefault(node, Load.NONE).copies();
    }

    /**
     * A ready node; of those one that does not lose its power with another copy; then the one with the fewest copies on
     * their way and, in steps of a gigabyte, the most room.
     */
    private static Optional<Place> target(Wanted blob, List<Place> places, Map<NodeId, Load> arriving) {
        return places.stream()
                .filter(place -> place.takes()
                        && !blob.holders().contains(place.node())
                        && !blob.avoided().contains(place.node())
                        && TO_ONE.takes(arriving.get(place.node()), blob.sizeBytes())
                        && place.roomBytes().orElse(Long.MAX_VALUE) >= blob.sizeBytes())
                .min(Comparator.comparing((Place place) -> !place.isReady())
                        .thenComparing(place -> blob.supplies().contains(place.supply()))
                        .thenComparing(place -> loadOf(arriving, place.node()))
                        .thenComparing(place -> -(place.roomBytes().orElse(0) >> 30))
                        .thenComparing(place -> spread(blob.blob(), place.node())));
    }

    /** An order of nodes that is another for each blob, so that equal nodes share the copies. */
    private static int spread(BlobId blob, NodeId node) {
        return (blob.sha256() + node.value()).hashCode() * 0x9E3779B9;
    }
}
