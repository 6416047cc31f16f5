package dev.bramble.leader;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.Replica;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.EventLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Feeds heads with what this voter applies: entries as they come, a snapshot in parts to those that are too far behind.
 * Event loop of a voter.
 */
public final class FeedServer {
    /** Entries' bytes in one message: half of the largest. */
    private static final int MESSAGE_BYTES_AIM = Cluster.MESSAGE_BYTES_MAX / 2;
    /** Bytes of one part of a snapshot: a quarter of the largest message. */
    public static final int PART_BYTES = Cluster.MESSAGE_BYTES_MAX / 4;
    /** A head that has not asked for so long is not fed any more. */
    private static final Duration INTEREST = Duration.ofSeconds(10);
    /** A snapshot that nobody has fetched a part of for so long is dropped: it takes as much memory as the state. */
    private static final Duration SNAPSHOT_UNUSED_MAX = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Cluster cluster;
    private final Replica replica;
    private final int partBytes;
    private final TreeMap<NodeId, Subscriber> subscribers = new TreeMap<>();

    /** What heads fetch that are too far behind; null while none does. */
    private Snapshot snapshot;

    private static final class Subscriber {
        long askedNanos;
        long sentThrough;
        /** It fetches a snapshot: entries are of no use to it yet. */
        boolean isFetching;
    }

    private static final class Snapshot {
        final long index;
        final long term;
        final byte[] bytes;
        long usedNanos;

        Snapshot(long index, long term, byte[] bytes) {
            this.index = index;
            this.term = term;
            this.bytes = bytes;
        }

        int parts(int partBytes) {
            return (bytes.length + partBytes - 1) / partBytes;
        }
    }

    /** @param partBytes of one part of a snapshot, {@link #PART_BYTES} but in simulations */
    public FeedServer(EventLoop loop, Cluster cluster, Replica replica, int partBytes) {
        this.loop = loop;
        this.cluster = cluster;
        this.replica = replica;
        this.partBytes = partBytes;
    }

    /** A head wants what comes after an index. */
    public void received(Member from, Message.FeedRequest request) {
        if (from.role() != NodeRole.HEAD) {
            return;
        }
        Subscriber subscriber = subscribers.computeIfAbsent(from.node(), node -> new Subscriber());
        subscriber.askedNanos = loop.nanos();
        boolean sameLedger = request.ledger().equals(replica.course());
        Optional<List<Replica.Recent>> entries = sameLedger && request.next().isEmpty()
                ? replica.entriesAfter(request.afterIndex(), MESSAGE_BYTES_AIM)
                : Optional.empty();
        subscriber.isFetching = entries.isEmpty();
        if (entries.isPresent()) {
            send(from.node(), subscriber, request.afterIndex(), entries.get());
        } else if (replica.index() > 0) {
            sendPart(from.node(), request.next());
        }
    }

    /** An entry was applied: those who follow get it at once. */
    public void applied() {
        subscribers.values().removeIf(subscriber -> loop.nanos() - subscriber.askedNanos > INTEREST.toNanos());
        subscribers.forEach((head, subscriber) -> {
            if (!subscriber.isFetching) {
                replica.entriesAfter(subscriber.sentThrough, MESSAGE_BYTES_AIM)
                        .filter(entries -> !entries.isEmpty())
                        .ifPresent(entries -> send(head, subscriber, subscriber.sentThrough, entries));
            }
        });
    }

    private void send(NodeId head, Subscriber subscriber, long after, List<Replica.Recent> entries) {
        long through = entries.isEmpty() ? after : entries.getLast().index();
        subscriber.sentThrough = through;
        cluster.send(
                head,
                new Message.FeedEntries(
                        replica.course(),
                        after,
                        through,
                        entries.stream()
                                .map(entry -> new Message.FeedEntry(entry.index(), entry.term(), entry.entry()))
                                .toList()));
    }

    /** The part that is asked for, or the first of a snapshot that is there still. */
    private void sendPart(NodeId head, Optional<Message.FeedPart> wanted) {
        // One that cannot be followed by entries would lead nowhere.
        boolean isGood = snapshot != null
                && replica.entriesAfter(snapshot.index, MESSAGE_BYTES_AIM).isPresent();
        if (!isGood) {
            snapshot = new Snapshot(replica.index(), replica.term(), replica.snapshot());
            loop.after(SNAPSHOT_UNUSED_MAX, this::dropUnused);
        }
        snapshot.usedNanos = loop.nanos();
        int part = wanted.filter(next -> next.index() == snapshot.index)
                .map(Message.FeedPart::part)
                .filter(number -> number >= 0 && number < snapshot.parts(partBytes))
                .orElse(0);
        byte[] bytes = Arrays.copyOfRange(
                snapshot.bytes, part * partBytes, Math.min(snapshot.bytes.length, (part + 1) * partBytes));
        cluster.send(
                head,
                new Message.FeedSnapshot(
                        replica.course(), snapshot.index, snapshot.term, part, snapshot.parts(partBytes), bytes));
    }

    private void dropUnused() {
        if (snapshot == null) {
            return;
        }
        long unusedNanos = loop.nanos() - snapshot.usedNanos;
        if (unusedNanos >= SNAPSHOT_UNUSED_MAX.toNanos()) {
            snapshot = null;
        } else {
            loop.after(SNAPSHOT_UNUSED_MAX.minusNanos(unusedNanos), this::dropUnused);
        }
    }
}
