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
    /** Bytes of one part of a snapshot. */
    static final int PART_BYTES = 256 * 1024;
    /** A head that has not asked for so long is not fed any more. */
    private static final Duration INTEREST = Duration.ofSeconds(10);
    /** Between two snapshots to one head: one is on its way meanwhile. */
    private static final Duration SNAPSHOT_PAUSE = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Cluster cluster;
    private final Replica replica;
    private final TreeMap<NodeId, Subscriber> subscribers = new TreeMap<>();

    private static final class Subscriber {
        long askedNanos;
        long sentThrough;
        long snapshotNanos;
        boolean hadSnapshot;
    }

    public FeedServer(EventLoop loop, Cluster cluster, Replica replica) {
        this.loop = loop;
        this.cluster = cluster;
        this.replica = replica;
    }

    /** A head wants what comes after an index. */
    public void received(Member from, Message.FeedRequest request) {
        if (from.role() != NodeRole.HEAD) {
            return;
        }
        Subscriber subscriber = subscribers.computeIfAbsent(from.node(), node -> new Subscriber());
        subscriber.askedNanos = loop.nanos();
        boolean sameLedger = request.ledger().equals(replica.state().ledger().value());
        Optional<List<Replica.Recent>> entries =
                sameLedger ? replica.entriesAfter(request.afterIndex(), MESSAGE_BYTES_AIM) : Optional.empty();
        if (entries.isPresent()) {
            send(from.node(), subscriber, request.afterIndex(), entries.get());
        } else {
            sendSnapshot(from.node(), subscriber);
        }
    }

    /** An entry was applied: those who follow get it at once. */
    public void applied() {
        subscribers.values().removeIf(subscriber -> loop.nanos() - subscriber.askedNanos > INTEREST.toNanos());
        subscribers.forEach((head, subscriber) -> replica.entriesAfter(subscriber.sentThrough, MESSAGE_BYTES_AIM)
                .filter(entries -> !entries.isEmpty())
                .ifPresent(entries -> send(head, subscriber, subscriber.sentThrough, entries)));
    }

    private void send(NodeId head, Subscriber subscriber, long after, List<Replica.Recent> entries) {
        long through = entries.isEmpty() ? after : entries.getLast().index();
        subscriber.sentThrough = through;
        cluster.send(
                head,
                new Message.FeedEntries(
                        replica.state().ledger().value(),
                        after,
                        through,
                        entries.stream()
                                .map(entry -> new Message.FeedEntry(entry.index(), entry.term(), entry.entry()))
                                .toList()));
    }

    private void sendSnapshot(NodeId head, Subscriber subscriber) {
        boolean onItsWay = subscriber.hadSnapshot && loop.nanos() - subscriber.snapshotNanos < SNAPSHOT_PAUSE.toNanos();
        if (onItsWay || replica.index() == 0) {
            return;
        }
        subscriber.hadSnapshot = true;
        subscriber.snapshotNanos = loop.nanos();
        subscriber.sentThrough = replica.index();
        byte[] snapshot = replica.snapshot();
        int parts = (snapshot.length + PART_BYTES - 1) / PART_BYTES;
        for (int part = 0; part < parts; part++) {
            byte[] bytes =
                    Arrays.copyOfRange(snapshot, part * PART_BYTES, Math.min(snapshot.length, (part + 1) * PART_BYTES));
            cluster.send(
                    head,
                    new Message.FeedSnapshot(
                            replica.state().ledger().value(), replica.index(), replica.term(), part, parts, bytes));
        }
    }
}
