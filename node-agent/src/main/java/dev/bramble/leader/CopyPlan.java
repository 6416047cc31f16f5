package dev.bramble.leader;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Which copies to make next: pure. */
final class CopyPlan {
    /** Copies on their way to one node: two fill what healing may take of its link and card. */
    static final int TO_ONE_MAX = 2;
    /** Copies that one node gives at a time: a card reads twice as fast as it writes, and tasks read from it, too. */
    static final int FROM_ONE_MAX = 4;
    /** Copies on their way in the whole bramble: a switch carries more, yet work has to get through. */
    static final int IN_ALL_MAX = 16;

    private CopyPlan() {}

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
            int arriving,
            int leaving,
            String supply) {}

    /** One copy to make: {@code target} fetches from {@code sources}, in this order. */
    record Copy(BlobId blob, NodeId target, List<NodeId> sources) {}

    /** @param underWay copies that are being made already */
    static List<Copy> plan(Iterable<Wanted> wanted, List<Place> places, int underWay) {
        Map<NodeId, Integer> arriving = new HashMap<>();
        Map<NodeId, Integer> leaving = new HashMap<>();
        places.forEach(place -> {
            arriving.put(place.node(), place.arriving());
            leaving.put(place.node(), place.leaving());
        });
        List<Copy> plan = new ArrayList<>();
        for (Wanted blob : wanted) {
            boolean isBusy = arriving.values().stream().allMatch(copies -> copies >= TO_ONE_MAX);
            if (underWay + plan.size() >= IN_ALL_MAX || isBusy) {
                break;
            }
            Optional<Place> target = target(blob, places, arriving);
            List<NodeId> sources = blob.sources().stream()
                    .sorted(Comparator.comparing((NodeId node) -> leaving.getOrDefault(node, 0)))
                    .toList();
            if (target.isEmpty() || sources.isEmpty() || leaving.getOrDefault(sources.getFirst(), 0) >= FROM_ONE_MAX) {
                continue;
            }
            plan.add(new Copy(blob.blob(), target.get().node(), sources));
            arriving.merge(target.get().node(), 1, Integer::sum);
            leaving.merge(sources.getFirst(), 1, Integer::sum);
        }
        return plan;
    }

    /**
     * A ready node; of those one that does not lose its power with another copy; then the one with the fewest copies on
     * their way and, in steps of a gigabyte, the most room.
     */
    private static Optional<Place> target(Wanted blob, List<Place> places, Map<NodeId, Integer> arriving) {
        return places.stream()
                .filter(place -> place.takes()
                        && !blob.holders().contains(place.node())
                        && !blob.avoided().contains(place.node())
                        && arriving.get(place.node()) < TO_ONE_MAX
                        && place.roomBytes().orElse(Long.MAX_VALUE) >= blob.sizeBytes())
                .min(Comparator.comparing((Place place) -> !place.isReady())
                        .thenComparing(place -> blob.supplies().contains(place.supply()))
                        .thenComparing(place -> arriving.get(place.node()))
                        .thenComparing(place -> -(place.roomBytes().orElse(0) >> 30))
                        .thenComparing(place -> spread(blob.blob(), place.node())));
    }

    /** An order of nodes that is another for each blob, so that equal nodes share the copies. */
    private static int spread(BlobId blob, NodeId node) {
        return (blob.sha256() + node.value()).hashCode() * 0x9E3779B9;
    }
}
