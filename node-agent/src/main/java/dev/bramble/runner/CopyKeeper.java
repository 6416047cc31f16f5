package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import dev.bramble.store.BlobFetch;
import dev.bramble.store.BlobStore;
import dev.bramble.store.DamagedBlobException;
import dev.bramble.store.NoRoomException;
import dev.bramble.store.SplicedBlobStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * This node's copies of blobs, on the leader's behalf: brings ordered ones here, drops those that nobody needs, and
 * says how the disk differs from the ledger. Event loop only; what blocks goes off. Holds nothing that a new leader
 * does not ask for anew.
 */
public final class CopyKeeper {
    /** Two fill the link that a healing node may take; of small files each waits for answers and the card instead. */
    public static final int COPIES_AT_ONCE = 4;
    /** While more is being copied the leader is told of what has come this often: each news costs it an entry. */
    private static final Duration TELL_EVERY = Duration.ofMillis(100);
    /** Orders that may wait; the leader gives a node fewer than that. */
    static final int WAITING_MAX = 64;
    /** Names in one message: 66 bytes each, so a quarter of the largest message. */
    public static final int NAMES_MAX = 4000;
    /** Drops that were put off; what is beyond it is found when the leader compares the disk with the ledger. */
    static final int PUT_OFF_MAX = 10_000;
    /** How often the leader is told that a copy is gone: a message may be lost, or no leader be there to hear it. */
    static final int TOLD_TIMES = 3;
    /** How often drops that were put off are looked at, and what is gone is told again. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    /**
     * Its connections.
     *
     * @param pace shared by all copies that are made to heal
     * @param paced told how many bytes a second that may let through
     * @param leader the leader that this node follows
     * @param waiting blobs of outcomes that are not in the ledger yet
     */
    public record Parts(
            Offload offload,
            Cluster cluster,
            BlobStore blobs,
            BlobFetch fetch,
            SplicedBlobStream.Pace pace,
            LongConsumer paced,
            Supplier<Optional<NodeId>> leader,
            Supplier<Set<BlobId>> waiting) {}

    private final Parts parts;
    private final ArrayDeque<Message.BlobPlace> ordered = new ArrayDeque<>();
    private final Set<BlobId> copying = new HashSet<>();
    private final List<BlobId> arrived = new ArrayList<>();
    private final LinkedHashMap<BlobId, Integer> toldGone = new LinkedHashMap<>();
    private final LinkedHashSet<BlobId> putOff = new LinkedHashSet<>();
    private CompletionStage<Void> diskQueue = CompletableFuture.completedFuture(null);
    private TreeSet<BlobId> listing = new TreeSet<>();
    private long term;
    private long number;
    private int running;
    private boolean tellDue;

    public CopyKeeper(Parts parts) {
        this.parts = parts;
    }

    /** Begins to look after what was put off. */
    public void start() {
        parts.offload().loop().after(LOOK_EVERY, () -> {
            askAboutPutOff();
            tellAgainWhatIsGone();
            start();
        });
    }

    /** A copy was found damaged and is gone; from any thread. */
    public void damaged(DamagedBlobException damage) {
        parts.offload().loop().execute(() -> {
            if (toldGone.size() < PUT_OFF_MAX) {
                toldGone.put(damage.blob(), 1);
            }
            arrived.remove(damage.blob());
            tell(List.of(), List.of(damage.blob()), List.of(), Optional.empty());
        });
    }

    private void tellAgainWhatIsGone() {
        List<BlobId> told = toldGone.keySet().stream().limit(NAMES_MAX).toList();
        if (told.isEmpty()) {
            return;
        }
        told.forEach(blob -> toldGone.compute(blob, (b, times) -> times >= TOLD_TIMES ? null : times + 1));
        inOrder(() -> told.stream()
                        .filter(blob -> parts.blobs().path(blob).isEmpty())
                        .toList())
                .thenAccept(gone -> tell(List.of(), gone, List.of(), Optional.empty()));
    }

    private boolean isOld(long ofTerm) {
        if (ofTerm > term) {
            term = ofTerm;
            ordered.clear();
        }
        return ofTerm < term;
    }

    private void tell(
            List<BlobId> held, List<BlobId> gone, List<Message.CopyFailure> failed, Optional<Message.Scanned> scanned) {
        // Without a leader nobody is told: the next one compares everything anyway.
        parts.leader()
                .get()
                .ifPresent(leader -> parts.cluster()
                        .send(leader, new Message.CopyNews(term, ++number, held, gone, failed, scanned)));
    }

    /** Work on the disk whose order counts: what is dropped first is not there when the disk is compared next. */
    private <T> CompletionStage<T> inOrder(Callable<T> work) {
        CompletionStage<T> done =
                diskQueue.thenCompose(before -> parts.offload().call(work));
        diskQueue = done.handle((result, failure) -> null);
        return done;
    }

    // --- Comparing the disk with the ledger --------------------------------------------------------------------------

    public void received(Message.AskCopies ask) {
        if (isOld(ask.term())) {
            return;
        }
        inOrder(() -> compare(ask)).thenAccept(found -> tell(found.held, found.gone, List.of(), found.scanned));
    }

    private record Found(List<BlobId> held, List<BlobId> gone, Optional<Message.Scanned> scanned) {}

    private Found compare(Message.AskCopies ask) throws IOException {
        if (ask.after().isEmpty() || listing.isEmpty()) {
            listing = new TreeSet<>(parts.blobs().list());
        }
        String through = ask.believedMore() ? ask.believed().getLast().sha256() : "";
        Set<BlobId> believed = Set.copyOf(ask.believed());
        List<BlobId> extra = new ArrayList<>();
        for (BlobId blob : ask.after().isEmpty() ? listing : listing.tailSet(new BlobId(ask.after()), false)) {
            boolean isBeyond = !through.isEmpty() && blob.sha256().compareTo(through) > 0;
            if (isBeyond) {
                break;
            }
            if (!believed.contains(blob) && parts.blobs().path(blob).isPresent()) {
                extra.add(blob);
            }
            if (extra.size() == NAMES_MAX) {
                through = blob.sha256();
                break;
            }
        }
        List<BlobId> gone = new ArrayList<>();
        for (BlobId blob : ask.believed()) {
            boolean isCompared = through.isEmpty() || blob.sha256().compareTo(through) <= 0;
            if (isCompared && parts.blobs().path(blob).isEmpty()) {
                gone.add(blob);
            }
        }
        return new Found(extra, gone, Optional.of(new Message.Scanned(ask.after(), through)));
    }

    // --- Dropping ----------------------------------------------------------------------------------------------------

    public void received(Message.DropBlobs drop) {
        if (isOld(drop.term())) {
            return;
        }
        Set<BlobId> waiting = parts.waiting().get();
        inOrder(() -> drop(drop.blobs(), waiting)).thenAccept(left -> {
            List<BlobId> gone = new ArrayList<>(drop.blobs());
            gone.removeAll(left);
            left.stream().limit(Math.max(0, PUT_OFF_MAX - putOff.size())).forEach(putOff::add);
            if (!gone.isEmpty()) {
                tell(List.of(), gone, List.of(), Optional.empty());
            }
        });
    }

    /** Returns those that must stay for now. */
    private Set<BlobId> drop(List<BlobId> blobs, Set<BlobId> waiting) throws IOException {
        Set<BlobId> left = new LinkedHashSet<>();
        for (BlobId blob : blobs) {
            if (waiting.contains(blob) || !parts.blobs().drop(blob)) {
                left.add(blob);
            }
        }
        return left;
    }

    /** Whether they are needed by now, the leader knows. */
    private void askAboutPutOff() {
        List<BlobId> some = putOff.stream().limit(NAMES_MAX).toList();
        putOff.removeAll(some);
        if (!some.isEmpty()) {
            tell(some, List.of(), List.of(), Optional.empty());
        }
    }

    // --- Copying -----------------------------------------------------------------------------------------------------

    public void received(Message.CopyBlobs orders) {
        if (isOld(orders.term())) {
            return;
        }
        parts.paced().accept(orders.bytesPerSecond());
        for (Message.BlobPlace copy : orders.copies()) {
            boolean isKnown = copying.contains(copy.blob())
                    || ordered.stream().anyMatch(other -> other.blob().equals(copy.blob()));
            if (!isKnown && ordered.size() < WAITING_MAX) {
                ordered.add(copy);
            }
        }
        next();
    }

    private void next() {
        while (running < COPIES_AT_ONCE && !ordered.isEmpty()) {
            copy(ordered.removeFirst());
        }
    }

    private void copy(Message.BlobPlace order) {
        List<SplicedBlobStream.Source> sources = order.holders().stream()
                .flatMap(node -> parts.cluster().view().member(node).stream())
                .map(member -> new SplicedBlobStream.Source(member.node(), member.door(), member.name()))
                .toList();
        running++;
        copying.add(order.blob());
        parts.offload()
                .call(() -> {
                    parts.fetch().fetch(order.blob(), sources, parts.pace());
                    return null;
                })
                .whenComplete((done, failure) -> {
                    running--;
                    copying.remove(order.blob());
                    if (failure == null) {
                        arrived.add(order.blob());
                        tellArrivedSoon();
                    } else {
                        boolean full =
                                failure instanceof NoRoomException || failure.getCause() instanceof NoRoomException;
                        Message.CopyFailure failed =
                                new Message.CopyFailure(order.blob(), Inputs.sentence(failure), full);
                        tell(List.of(), List.of(), List.of(failed), Optional.empty());
                    }
                    next();
                });
    }

    /** At once when it was the last. */
    private void tellArrivedSoon() {
        if (running == 0 && ordered.isEmpty()) {
            tellArrived();
        } else if (!tellDue) {
            tellDue = true;
            parts.offload().loop().after(TELL_EVERY, () -> {
                tellDue = false;
                tellArrived();
            });
        }
    }

    private void tellArrived() {
        if (!arrived.isEmpty()) {
            tell(List.copyOf(arrived), List.of(), List.of(), Optional.empty());
            arrived.clear();
        }
    }
}
