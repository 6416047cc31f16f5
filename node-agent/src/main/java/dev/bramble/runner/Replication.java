package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Output;
import dev.bramble.store.BlobStore;
import dev.bramble.store.PeerBlobs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Makes blobs of what is on this node, and sees to it that another node has a flushed copy too. Event loop only;
 * blocking work goes off.
 */
final class Replication {
    /** Pause before a copy is tried again when no other node took it. */
    private static final Duration RETRY = Duration.ofSeconds(1);
    /**
     * After so long without anybody who takes a copy, one copy must do: those in the view cannot write. A split takes
     * six seconds to be noticed, so this is no split. DESIGN section 7: as many copies as nodes are up and writable.
     */
    static final Duration ALONE_AFTER = Duration.ofSeconds(30);

    /** Blobs remembered while their attempts are kept: at a thousand a minute for an hour. */
    private static final int PUTS_MAX = 65_536;

    private final NodeId self;
    /** What was put here by attempts, oldest first. */
    private final ArrayDeque<Kept> puts = new ArrayDeque<>();

    private final Offload offload;
    private final Cluster cluster;
    private final BlobStore blobs;
    private final PeerBlobs peers;
    private Set<NodeId> cordoned = Set.of();

    Replication(NodeId self, Offload offload, Cluster cluster, BlobStore blobs, PeerBlobs peers) {
        this.self = self;
        this.offload = offload;
        this.cluster = cluster;
        this.blobs = blobs;
        this.peers = peers;
    }

    /** These may be unplugged soon: they are asked last. */
    void cordoned(Set<NodeId> nodes) {
        cordoned = nodes;
    }

    /** A blob that is flushed here, and since when. */
    record Kept(BlobStore.Stored stored, long sinceNanos) {}

    /** Gives bytes on a thread that may block. */
    @FunctionalInterface
    interface Bytes {
        InputStream open() throws IOException;
    }

    CompletionStage<Kept> put(Bytes bytes, long sizeBytes) {
        return kept(() -> {
            try (InputStream in = bytes.open()) {
                return blobs.put(in, sizeBytes);
            }
        });
    }

    /** The same, of a file that nobody writes to any more, which is moved. */
    CompletionStage<Kept> adopt(Path file) {
        return kept(() -> blobs.adopt(file));
    }

    private CompletionStage<Kept> kept(Callable<BlobStore.Stored> work) {
        return offload.call(work).thenApply(stored -> {
            Kept kept = new Kept(stored, offload.loop().nanos());
            puts.addLast(kept);
            if (puts.size() > PUTS_MAX) {
                puts.removeFirst();
            }
            return kept;
        });
    }

    /** What was put here since then, in the loop's nanoseconds; all before is forgotten. */
    List<BlobId> putSince(long nanos) {
        while (!puts.isEmpty() && puts.getFirst().sinceNanos() - nanos < 0) {
            puts.removeFirst();
        }
        return puts.stream().map(kept -> kept.stored().blob()).toList();
    }

    /** Completes when another node has a flushed copy too, or when nobody is there to take one. */
    CompletionStage<Output.Stored> replicate(Kept kept) {
        BlobStore.Stored stored = kept.stored();
        List<Member> others = others(stored.blob());
        boolean nobodyTakesIt = offload.loop().nanos() - kept.sinceNanos() >= ALONE_AFTER.toNanos();
        if (others.isEmpty() || nobodyTakesIt) {
            return CompletableFuture.completedFuture(stored(stored, List.of(self)));
        }
        CompletableFuture<Output.Stored> output = new CompletableFuture<>();
        offload.call(() -> pushToOne(stored.blob(), others)).whenComplete((holder, failure) -> {
            if (failure == null && holder.isPresent()) {
                output.complete(stored(stored, List.of(self, holder.get())));
            } else {
                // Nobody took it though somebody is there: the outcome waits for a new view or the end of patience.
                offload.loop()
                        .after(
                                RETRY,
                                () -> replicate(kept).whenComplete((later, broken) -> {
                                    if (broken == null) {
                                        output.complete(later);
                                    } else {
                                        output.completeExceptionally(broken);
                                    }
                                }));
            }
        });
        return output;
    }

    private static Output.Stored stored(BlobStore.Stored stored, List<NodeId> holders) {
        return new Output.Stored(stored.blob(), stored.sizeBytes(), holders, "");
    }

    /**
     * Other agents in the view, beginning at a place that depends on the blob, so that copies spread. Before a copy on
     * a node that leaves there would be none at all.
     */
    private List<Member> others(BlobId blob) {
        List<Member> others = new ArrayList<>(cluster.view().members().stream()
                .filter(member ->
                        member.role() == NodeRole.AGENT && !member.node().equals(self))
                .toList());
        if (!others.isEmpty()) {
            Collections.rotate(others, Math.floorMod(blob.hashCode(), others.size()));
            others.sort(Comparator.comparing(member -> cordoned.contains(member.node())));
        }
        return others;
    }

    private Optional<NodeId> pushToOne(BlobId blob, List<Member> others) throws IOException {
        for (Member other : others) {
            try (InputStream bytes = blobs.open(blob, 0)) {
                if (peers.push(other.node(), other.door(), bytes).blob().equals(blob)) {
                    return Optional.of(other.node());
                }
            } catch (IOException failure) {
                // The next one is asked; when none takes it, the caller tries again with a new view.
                continue;
            }
        }
        return Optional.empty();
    }
}
