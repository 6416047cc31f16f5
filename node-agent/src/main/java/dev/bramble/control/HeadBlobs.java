package dev.bramble.control;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.ledger.BlobTable;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.store.BlobStore;
import dev.bramble.store.NoRoomException;
import dev.bramble.store.PeerBlobs;
import dev.bramble.store.SplicedBlobStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Files on their way through a head: to two nodes at once, and back from whichever has a whole copy. Any thread. */
final class HeadBlobs {
    /** After it a node that broke off has left the view, unless it is there and does not want to. */
    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(8);

    private static final int POLLS = 80;

    private final Cluster cluster;
    private final PeerBlobs peers;
    private final Executor blocking;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile Set<NodeId> cramped = Set.of();
    private volatile Set<NodeId> cordoned = Set.of();

    HeadBlobs(Cluster cluster, PeerBlobs peers, Executor blocking) {
        this.cluster = cluster;
        this.peers = peers;
        this.blocking = blocking;
    }

    /** These have little room: they are asked last. */
    void cramped(Set<NodeId> nodes) {
        cramped = nodes;
    }

    /** These take no work and may be unplugged soon: they are asked after the others. */
    void cordoned(Set<NodeId> nodes) {
        cordoned = nodes;
    }

    /**
     * Agents that are up, in an order that changes from call to call, so that uploads spread. Full ones come last, and
     * after them those that may be unplugged.
     */
    private List<Member> agents() {
        List<Member> agents = new ArrayList<>(cluster.view().members().stream()
                .filter(member -> member.role() == NodeRole.AGENT)
                .toList());
        if (!agents.isEmpty()) {
            Collections.rotate(agents, Math.floorMod(turn.incrementAndGet(), agents.size()));
            Set<NodeId> full = cramped;
            Set<NodeId> leaving = cordoned;
            agents.sort(Comparator.comparing((Member member) -> leaving.contains(member.node()))
                    .thenComparing(member -> full.contains(member.node())));
        }
        return agents;
    }

    /** A node that did not take a copy. */
    private record Refused(Member node, Exception why) {}

    private record Taken(List<Member> holders, BlobStore.Stored stored, List<Refused> refused) {}

    Control.UploadedBlob upload(InputStream bytes) throws IOException {
        List<Member> agents = agents();
        if (agents.isEmpty()) {
            throw new RefusedException(Refusal.Kind.UNAVAILABLE, "no node is up that could take the file: try again");
        }
        Taken taken = takeIn(agents, bytes);
        List<Member> holders = new ArrayList<>(taken.holders);
        List<Refused> refused = new ArrayList<>(taken.refused);
        for (Member other : agents) {
            boolean isAsked = holders.contains(other) || refused.stream().anyMatch(one -> one.node.equals(other));
            if (holders.size() < BlobTable.COPIES && !isAsked) {
                copy(taken, other).ifPresentOrElse(refused::add, () -> holders.add(other));
            }
        }
        if (holders.size() < BlobTable.COPIES) {
            requireNobodyElse(refused);
        }
        return new Control.UploadedBlob(
                taken.stored.blob(),
                taken.stored.sizeBytes(),
                holders.stream().map(Member::node).toList());
    }

    /** By the first two that take it; full ones say so at once, when the start of the file is still at hand. */
    private Taken takeIn(List<Member> agents, InputStream bytes) throws IOException {
        List<Refused> refused = new ArrayList<>();
        Optional<InputStream> rest = Optional.of(bytes);
        for (int from = 0; from < agents.size() && rest.isPresent(); from += BlobTable.COPIES) {
            List<Member> first = agents.subList(from, Math.min(from + BlobTable.COPIES, agents.size()));
            TwinStream twins = new TwinStream(rest.get(), first.size());
            Optional<Taken> taken = takeIn(first, twins, refused);
            if (taken.isPresent()) {
                return taken.get();
            }
            rest = twins.again();
        }
        throw noneTookIt(refused);
    }

    /** Streams to all of them at once; one that fails is left behind as long as another goes on. */
    private Optional<Taken> takeIn(List<Member> first, TwinStream twins, List<Refused> refused) throws IOException {
        List<CompletableFuture<BlobStore.Stored>> pushes = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            pushes.add(push(first.get(i), twins.reader(i)));
        }
        IOException cut = null;
        try {
            twins.run();
        } catch (IOException broken) {
            cut = broken;
        }
        List<Member> holders = new ArrayList<>();
        BlobStore.Stored stored = null;
        for (int i = 0; i < first.size(); i++) {
            try {
                stored = pushes.get(i).join();
                holders.add(first.get(i));
            } catch (CompletionException failure) {
                refused.add(new Refused(first.get(i), (Exception) failure.getCause()));
            }
        }
        if (cut != null) {
            throw cut;
        }
        return holders.isEmpty() ? Optional.empty() : Optional.of(new Taken(holders, stored, refused));
    }

    private CompletableFuture<BlobStore.Stored> push(Member to, TwinStream.Reader bytes) {
        CompletableFuture<BlobStore.Stored> pushed = new CompletableFuture<>();
        blocking.execute(() -> {
            try (bytes) {
                pushed.complete(peers.push(to.node(), to.door(), bytes));
            } catch (IOException | RuntimeException failure) {
                pushed.completeExceptionally(failure);
            }
        });
        return pushed;
    }

    /** Empty when it has a copy now. */
    private Optional<Refused> copy(Taken taken, Member to) {
        List<SplicedBlobStream.Source> sources = sources(taken.holders);
        try (InputStream bytes =
                new SplicedBlobStream(peers, taken.stored.blob(), sources, SplicedBlobStream.Pace.NONE)) {
            peers.push(to.node(), to.door(), bytes);
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of(new Refused(to, failure));
        }
    }

    private static List<SplicedBlobStream.Source> sources(List<Member> holders) {
        return holders.stream()
                .map(member -> new SplicedBlobStream.Source(member.node(), member.door(), member.name()))
                .toList();
    }

    /** One copy is enough only when nobody is there who could take a second: all others are full, or gone by now. */
    private void requireNobodyElse(List<Refused> refused) {
        List<Refused> unwilling = refused.stream()
                .filter(one -> !(one.why instanceof NoRoomException) && !leaves(one.node))
                .toList();
        if (!unwilling.isEmpty()) {
            throw new RefusedException(
                    Refusal.Kind.UNAVAILABLE,
                    "the file has only one copy, since no other node took one (" + sentence(unwilling)
                            + "): try again");
        }
    }

    private boolean leaves(Member node) {
        for (int poll = 0; poll < POLLS && isUp(node); poll++) {
            try {
                TimeUnit.MILLISECONDS.sleep(LEAVES_WITHIN.toMillis() / POLLS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !isUp(node);
    }

    private boolean isUp(Member node) {
        return cluster.view()
                .member(node.node())
                .filter(member -> member.incarnation().equals(node.incarnation()))
                .isPresent();
    }

    private static RefusedException noneTookIt(List<Refused> refused) {
        boolean full = refused.stream().allMatch(one -> one.why instanceof NoRoomException);
        return new RefusedException(
                Refusal.Kind.UNAVAILABLE,
                full
                        ? "the disks of the nodes that were asked are full, and nothing of the file is kept: remove old"
                                + " jobs with `bramble rm`, or add a board (" + sentence(refused) + ")"
                        : "the nodes that took the file broke off, and nothing of it is kept: send it again ("
                                + sentence(refused) + ")");
    }

    private static String sentence(List<Refused> refused) {
        return String.join(
                "; ",
                refused.stream()
                        .map(one -> one.node.name() + ": " + one.why.getMessage())
                        .toList());
    }

    /** Opens a blob from the first holder that is up and gives it; goes on from another when one breaks off. */
    Optional<InputStream> open(BlobId blob, long sizeBytes, long offset, List<NodeId> holders) throws IOException {
        List<Member> up = holders.stream()
                .flatMap(node -> cluster.view().member(node).stream())
                .toList();
        if (up.isEmpty()) {
            return Optional.empty();
        }
        if (offset == 0) {
            SplicedBlobStream whole =
                    new SplicedBlobStream(peers, blob, sizeBytes, sources(up), SplicedBlobStream.Pace.NONE);
            whole.begin();
            return Optional.of(whole);
        }
        List<String> failures = new ArrayList<>();
        for (Member holder : up) {
            try {
                return Optional.of(peers.open(holder.node(), holder.door(), blob, offset));
            } catch (IOException failure) {
                failures.add(holder.name() + ": " + failure.getMessage());
            }
        }
        throw new IOException(String.join("; ", failures));
    }
}
