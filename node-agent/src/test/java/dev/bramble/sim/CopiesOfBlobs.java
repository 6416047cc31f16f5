package dev.bramble.sim;

import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must have become of the copies of files once nothing breaks any more: each that is needed has two whole copies
 * where the ledger says so, unless faults destroyed the last one. Looked at on the cards themselves.
 */
final class CopiesOfBlobs {
    private final Simulation simulation;
    private final TreeSet<BlobId> destroyed = new TreeSet<>();
    private final TreeMap<BlobId, TreeSet<NodeId>> destroyedOn = new TreeMap<>();

    CopiesOfBlobs(Simulation simulation) {
        this.simulation = simulation;
    }

    /** A fault is about to destroy these copies on {@code node}. */
    void destroyed(SimNode node, Collection<BlobId> blobs) {
        for (BlobId blob : blobs) {
            destroyedOn.computeIfAbsent(blob, each -> new TreeSet<>()).add(node.id);
            boolean isElsewhere =
                    simulation.nodes().stream().anyMatch(other -> other != node && other.disk.isWhole(blob));
            if (!isElsewhere) {
                destroyed.add(blob);
            }
        }
    }

    /** Whether a fault ever destroyed a copy of it on another node than this. */
    boolean wasDestroyedOutside(BlobId blob, NodeId node) {
        return destroyedOn.getOrDefault(blob, new TreeSet<>()).stream().anyMatch(other -> !other.equals(node));
    }

    private boolean isAnywhere(BlobId blob) {
        return simulation.nodes().stream().anyMatch(node -> node.disk.isWhole(blob));
    }

    /** Whether faults destroyed every copy of it. */
    boolean isDestroyed(BlobId blob) {
        return destroyed.contains(blob) && !isAnywhere(blob);
    }

    /** Whether it needs a file whose last copy a fault destroyed, or waits for a job that does. */
    boolean isBeyondHelp(JobRecord job) {
        LedgerState state = simulation.invariants.front();
        boolean waitsForOne = job.spec().after().stream()
                .flatMap(other -> state.job(other).stream())
                .anyMatch(other -> !other.phase().isFinal() && isBeyondHelp(other));
        return waitsForOne
                || state.blobTable().neededBy(job.id()).stream()
                        .anyMatch(blob -> destroyed.contains(blob) && !isAnywhere(blob));
    }

    boolean isAnyJobBeyondHelp() {
        return simulation.invariants.front().jobs().values().stream()
                .anyMatch(job -> !job.phase().isFinal() && isBeyondHelp(job));
    }

    /** The first file that is not as it must be, in words; empty when all are. */
    String missing() {
        LedgerState state = simulation.invariants.front();
        int wanted = Math.min(2, simulation.nodes().size());
        for (Map.Entry<BlobId, BlobRecord> each : state.blobs().entrySet()) {
            BlobId blob = each.getKey();
            if (!isAnywhere(blob)) {
                if (!destroyed.contains(blob)) {
                    return "file " + blob + " is lost though no fault destroyed its last copy";
                }
                if (!each.getValue().holders().isEmpty()) {
                    return "file " + blob + " is lost, and the ledger still counts on "
                            + each.getValue().holders();
                }
                continue;
            }
            for (NodeId holder : each.getValue().holders()) {
                boolean isThere =
                        simulation.nodes().stream().anyMatch(node -> node.id.equals(holder) && node.disk.isWhole(blob));
                if (!isThere) {
                    return "file " + blob + " has no whole copy on " + holder + ", where the ledger says it is";
                }
            }
            if (each.getValue().holders().size() < wanted) {
                return "file " + blob + " has copies on " + each.getValue().holders() + " only";
            }
        }
        return "";
    }
}
