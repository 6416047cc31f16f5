package dev.bramble.ledger;

import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which blobs have fewer copies than they should while some nodes are down or about to be taken out. Its cost is that
 * of the blobs concerned, not of all: those with too few holders anyway, and those of such nodes.
 *
 * @param few blobs with fewer copies on nodes that are up and stay than they should have; the lost ones among them
 * @param lost blobs that no node has any more, up or down
 * @param fewByJob for each job that needs some of {@code few}, how many
 * @param lostByJob for each job that needs some of {@code lost}, how many
 */
public record CopyCensus(int few, List<BlobId> lost, Map<JobId, Integer> fewByJob, Map<JobId, Integer> lostByJob) {

    /** Nothing is known to lack a copy. */
    public static final CopyCensus WHOLE = new CopyCensus(0, List.of(), Map.of(), Map.of());

    /**
     * Counts.
     *
     * @param isUp whether a node is there
     */
    public static CopyCensus of(LedgerState state, Predicate<NodeId> isUp) {
        List<NodeRecord> agents = state.nodes().values().stream()
                .filter(node -> !node.forgotten() && node.role() == NodeRole.AGENT)
                .toList();
        Set<NodeId> leaving = agents.stream()
                .filter(NodeRecord::isLeaving)
                .map(NodeRecord::node)
                .collect(Collectors.toSet());
        // Where all leave there is nobody who would stay with a copy.
        boolean isAnyStaying = leaving.size() < agents.size();
        Predicate<NodeId> counts = isAnyStaying ? isUp.and(node -> !leaving.contains(node)) : isUp;
        int places = isAnyStaying ? agents.size() - leaving.size() : agents.size();
        long wanted = Math.min(BlobTable.COPIES, places);
        int few = 0;
        List<BlobId> lost = new ArrayList<>();
        TreeMap<JobId, Integer> fewByJob = new TreeMap<>();
        TreeMap<JobId, Integer> lostByJob = new TreeMap<>();
        for (BlobId blob : suspects(state, counts)) {
            BlobRecord record = state.blob(blob).orElseThrow();
            if (record.holders().stream().filter(counts).count() >= wanted) {
                continue;
            }
            few++;
            record.jobs().forEach(job -> fewByJob.merge(job, 1, Integer::sum));
            if (record.holders().isEmpty()) {
                lost.add(blob);
                record.jobs().forEach(job -> lostByJob.merge(job, 1, Integer::sum));
            }
        }
        return new CopyCensus(few, List.copyOf(lost), fewByJob, lostByJob);
    }

    /** Every blob that may have fewer copies than it should, if the nodes that are not {@code isUp} do not count. */
    private static TreeSet<BlobId> suspects(LedgerState state, Predicate<NodeId> isUp) {
        TreeSet<BlobId> suspects = new TreeSet<>(state.blobTable().few());
        for (NodeId node : state.nodes().keySet()) {
            if (!isUp.test(node)) {
                suspects.addAll(state.blobTable().heldBy(node));
            }
        }
        return suspects;
    }
}
