package dev.bramble.ledger;

import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.TaskId;
import dev.bramble.time.Moment;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All blobs that the ledger knows, with what is asked of them often kept ready: what each node holds, what each job
 * needs, what each user owns, and which have fewer copies than they should. Changed by {@link LedgerState#apply} only,
 * in one place for each kind of change, so that the indexes cannot drift from the records.
 */
public final class BlobTable {
    /** Copies that each blob should have, on different nodes. DESIGN section 9. */
    public static final int COPIES = 2;

    private final TreeMap<BlobId, BlobRecord> blobs = new TreeMap<>();
    private final TreeMap<NodeId, Holding> holdings = new TreeMap<>();
    private final TreeMap<JobId, TreeSet<BlobId>> ofJob = new TreeMap<>();
    private final TreeMap<String, Long> ownedBytes = new TreeMap<>();
    private final TreeSet<BlobId> few = new TreeSet<>();
    private final TreeSet<BlobId> spare = new TreeSet<>();
    private final TreeSet<BlobId> lost = new TreeSet<>();
    private final TreeSet<BlobId> jobless = new TreeSet<>();
    private long changes;
    private long bytes;

    private static final class Holding {
        final TreeSet<BlobId> blobs = new TreeSet<>();
        long bytes;
    }

    Optional<BlobRecord> get(BlobId blob) {
        return Optional.ofNullable(blobs.get(blob));
    }

    /** Every blob, by name. */
    public SortedMap<BlobId, BlobRecord> all() {
        return Collections.unmodifiableSortedMap(blobs);
    }

    /** Sizes of all blobs, each counted once. */
    public long bytes() {
        return bytes;
    }

    /** Blobs of which the ledger says that this node has a copy. */
    public NavigableSet<BlobId> heldBy(NodeId node) {
        Holding holding = holdings.get(node);
        return holding == null ? Collections.emptyNavigableSet() : Collections.unmodifiableNavigableSet(holding.blobs);
    }

    /** Bytes of those. */
    public long bytesHeldBy(NodeId node) {
        Holding holding = holdings.get(node);
        return holding == null ? 0 : holding.bytes;
    }

    /** Blobs with fewer holders than {@link #COPIES}, up or down. */
    public NavigableSet<BlobId> few() {
        return Collections.unmodifiableNavigableSet(few);
    }

    /** Blobs that are needed and that no node has, up or down. */
    public SortedSet<BlobId> lost() {
        return Collections.unmodifiableSortedSet(lost);
    }

    /** Grows whenever it changes who holds what, or what is needed. */
    public long changes() {
        return changes;
    }

    /** Blobs with more holders than {@link #COPIES}, up or down. */
    public SortedSet<BlobId> spare() {
        return Collections.unmodifiableSortedSet(spare);
    }

    /** Blobs that no job needs: uploads that are held for a while. */
    public SortedSet<BlobId> jobless() {
        return Collections.unmodifiableSortedSet(jobless);
    }

    /** Blobs that this job needs. */
    public SortedSet<BlobId> neededBy(JobId job) {
        TreeSet<BlobId> needed = ofJob.get(job);
        return needed == null ? Collections.emptySortedSet() : Collections.unmodifiableSortedSet(needed);
    }

    /** Sizes of all blobs that this user owns, each counted once and in full however many share it. */
    public long bytesOwnedBy(String user) {
        return ownedBytes.getOrDefault(user, 0L);
    }

    void need(BlobId blob, long sizeBytes, String owner, JobId job, Collection<NodeId> holders) {
        BlobRecord record = record(blob, sizeBytes);
        own(record, owner);
        if (record.jobs().add(job)) {
            ofJob.computeIfAbsent(job, j -> new TreeSet<>()).add(blob);
        }
        jobless.remove(blob);
        holders.forEach(node -> hold(blob, record, node));
        count(blob, record);
    }

    /** The checkpoint of an open task is in it. */
    void needForCheckpoint(TaskId task, Output.Stored file, String owner) {
        BlobRecord record = record(file.blob(), file.sizeBytes()).withTask(task, true);
        blobs.put(file.blob(), record);
        own(record, owner);
        jobless.remove(file.blob());
        file.holders().forEach(node -> hold(file.blob(), record, node));
        count(file.blob(), record);
    }

    /** The task has another checkpoint now, or needs none any more. */
    void releaseCheckpoint(TaskId task, BlobId blob) {
        BlobRecord known = blobs.get(blob);
        if (known != null) {
            BlobRecord record = known.withTask(task, false);
            blobs.put(blob, record);
            put(jobless, blob, !record.isOfUse());
        }
    }

    void hold(BlobId blob, long sizeBytes, String owner, Collection<NodeId> holders, Moment until) {
        BlobRecord record = record(blob, sizeBytes);
        own(record, owner);
        holders.forEach(node -> hold(blob, record, node));
        blobs.put(blob, record.held(until));
        count(blob, record);
    }

    private BlobRecord record(BlobId blob, long sizeBytes) {
        BlobRecord known = blobs.get(blob);
        if (known != null) {
            return known;
        }
        BlobRecord fresh = BlobRecord.empty(sizeBytes);
        blobs.put(blob, fresh);
        bytes += sizeBytes;
        jobless.add(blob);
        return fresh;
    }

    private void own(BlobRecord record, String owner) {
        if (record.owners().add(owner)) {
            ownedBytes.merge(owner, record.sizeBytes(), Long::sum);
        }
    }

    private void hold(BlobId blob, BlobRecord record, NodeId node) {
        if (record.holders().add(node)) {
            Holding holding = holdings.computeIfAbsent(node, n -> new Holding());
            holding.blobs.add(blob);
            holding.bytes += record.sizeBytes();
        }
    }

    /** A node has a flushed copy of a blob that is known; of an unknown one this changes nothing. */
    void gained(BlobId blob, NodeId node) {
        BlobRecord record = blobs.get(blob);
        if (record != null) {
            hold(blob, record, node);
            count(blob, record);
        }
    }

    /** A node has no whole copy of the blob. */
    void lost(BlobId blob, NodeId node) {
        BlobRecord record = blobs.get(blob);
        if (record != null && record.holders().remove(node)) {
            release(blob, record, node);
            count(blob, record);
        }
    }

    private void release(BlobId blob, BlobRecord record, NodeId node) {
        Holding holding = holdings.get(node);
        holding.blobs.remove(blob);
        holding.bytes -= record.sizeBytes();
        if (holding.blobs.isEmpty()) {
            holdings.remove(node);
        }
    }

    /** The node is gone for good, and its copies with it. */
    void forget(NodeId node) {
        Set.copyOf(heldBy(node)).forEach(blob -> lost(blob, node));
    }

    /** The job is gone: it needs nothing any more. */
    void forget(JobId job) {
        TreeSet<BlobId> needed = ofJob.remove(job);
        if (needed == null) {
            return;
        }
        for (BlobId blob : needed) {
            BlobRecord record = blobs.get(blob);
            record.jobs().remove(job);
            if (!record.isOfUse()) {
                jobless.add(blob);
            }
        }
    }

    private void count(BlobId blob, BlobRecord record) {
        changes++;
        put(lost, blob, record.holders().isEmpty());
        put(few, blob, record.holders().size() < COPIES);
        put(spare, blob, record.holders().size() > COPIES);
    }

    private static void put(TreeSet<BlobId> set, BlobId blob, boolean belongs) {
        if (belongs) {
            set.add(blob);
        } else {
            set.remove(blob);
        }
    }

    /** Removes what nobody needs any more, and names it. */
    void dropUnneeded(Moment now, Set<BlobId> dropped) {
        for (BlobId blob : Set.copyOf(jobless)) {
            BlobRecord record = blobs.get(blob);
            if (!record.isNeeded(now)) {
                drop(blob, record);
                dropped.add(blob);
            }
        }
    }

    private void drop(BlobId blob, BlobRecord record) {
        blobs.remove(blob);
        bytes -= record.sizeBytes();
        record.holders().forEach(node -> release(blob, record, node));
        for (String owner : record.owners()) {
            ownedBytes.computeIfPresent(
                    owner, (user, bytes) -> bytes == record.sizeBytes() ? null : bytes - record.sizeBytes());
        }
        changes++;
        lost.remove(blob);
        few.remove(blob);
        spare.remove(blob);
        jobless.remove(blob);
    }

    SortedMap<BlobId, BlobRecord> image() {
        TreeMap<BlobId, BlobRecord> copies = new TreeMap<>();
        blobs.forEach((blob, record) -> copies.put(blob, record.copy()));
        return copies;
    }

    void restore(Map<BlobId, BlobRecord> image) {
        image.forEach((blob, from) -> {
            BlobRecord record = from.copy();
            blobs.put(blob, record);
            bytes += record.sizeBytes();
            record.owners().forEach(owner -> ownedBytes.merge(owner, record.sizeBytes(), Long::sum));
            for (NodeId node : record.holders()) {
                Holding holding = holdings.computeIfAbsent(node, n -> new Holding());
                holding.blobs.add(blob);
                holding.bytes += record.sizeBytes();
            }
            record.jobs()
                    .forEach(job ->
                            ofJob.computeIfAbsent(job, j -> new TreeSet<>()).add(blob));
            put(jobless, blob, !record.isOfUse());
            count(blob, record);
        });
    }
}
