package dev.bramble.control;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.NewerReleaseException;
import dev.bramble.ledger.Replica;
import dev.bramble.model.NodeId;
import dev.bramble.time.EventLoop;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a head's copy of the hard state by asking a voter for what it applies: the leader, since others hear of an
 * agreed entry with the next one or half a second later; another one while the leader is silent. Event loop of the
 * head.
 */
final class FeedFollower {
    /** How often interest is renewed, and a gap is asked for again. */
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    /** Another voter is asked when this one has been silent so long. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final EventLoop loop;
    private final Cluster cluster;
    private final Replica replica;
    private List<NodeId> voters = List.of();
    private NodeId source;
    private NodeId leader;
    private long turnedNanos;
    private long heardNanos;
    private final List<byte[]> parts = new ArrayList<>();
    private long partsIndex = -1;
    private Optional<String> trouble = Optional.empty();

    FeedFollower(EventLoop loop, Cluster cluster, Replica replica) {
        this.loop = loop;
        this.cluster = cluster;
        this.replica = replica;
        this.heardNanos = loop.nanos();
    }

    void start() {
        ask();
        loop.after(ASK_EVERY, this::start);
    }

    /** The leader names who holds the ledger, and itself. */
    void received(Message.Pulse pulse) {
        voters = pulse.voters();
        boolean isNew = !pulse.leader().equals(leader);
        leader = pulse.leader();
        boolean mayTurn = isNew || loop.nanos() - turnedNanos > SILENCE.toNanos();
        if (!leader.equals(source) && mayTurn && voters.contains(leader)) {
            turnTo(leader);
            ask();
        }
    }

    private void turnTo(NodeId voter) {
        // Each makes its own snapshots.
        forgetParts();
        source = voter;
        turnedNanos = loop.nanos();
    }

    /** When a voter was last heard, in the loop's nanoseconds. */
    long heardNanos() {
        return heardNanos;
    }

    /** Why this head can follow no further; empty while it can. */
    Optional<String> trouble() {
        return trouble;
    }

    private void ask() {
        if (voters.isEmpty() || trouble.isPresent()) {
            return;
        }
        // Whoever was asked just now, as a leader is that is new, has its time to answer.
        boolean silent =
                loop.nanos() - heardNanos > SILENCE.toNanos() && loop.nanos() - turnedNanos >= ASK_EVERY.toNanos();
        if (source == null || silent || !voters.contains(source)) {
            int next = source == null ? 0 : voters.indexOf(source) + 1;
            turnTo(voters.get(next % voters.size()));
        }
        Optional<Message.FeedPart> next =
                isFetching() ? Optional.of(new Message.FeedPart(partsIndex, parts.size())) : Optional.empty();
        cluster.send(source, new Message.FeedRequest(replica.course(), replica.index(), next));
    }

    /** A snapshot is on its way, part by part: as much at a time as any queue on the way holds. */
    private boolean isFetching() {
        return partsIndex >= 0;
    }

    private void forgetParts() {
        parts.clear();
        partsIndex = -1;
    }

    void received(Message.FeedEntries feed) {
        heardNanos = loop.nanos();
        if (trouble.isEmpty()) {
            whileKnown(() -> follow(feed));
        }
    }

    void received(NodeId from, Message.FeedSnapshot part) {
        if (!from.equals(source)) {
            return; // It was asked before another was.
        }
        heardNanos = loop.nanos();
        if (trouble.isEmpty()) {
            whileKnown(() -> follow(part));
        }
    }

    /** What follows on an entry that this release does not know would make this copy a wrong one. */
    private void whileKnown(Runnable step) {
        try {
            step.run();
        } catch (NewerReleaseException unknown) {
            trouble = Optional.of(unknown.getMessage());
        }
    }

    private void follow(Message.FeedEntries feed) {
        if (!feed.ledger().equals(replica.course())) {
            return;
        }
        if (feed.afterIndex() > replica.index()) {
            if (!isFetching()) {
                ask();
            }
            return;
        }
        for (Message.FeedEntry entry : feed.entries()) {
            if (entry.index() > replica.index()) {
                replica.apply(entry.index(), entry.term(), entry.entry());
            }
        }
    }

    private void follow(Message.FeedSnapshot part) {
        boolean older = part.term() < replica.term()
                || part.ledger().equals(replica.course()) && part.index() <= replica.index();
        if (older) {
            // What was begun leads nowhere if this is what the voter has: entries may do.
            if (isFetching()) {
                forgetParts();
                ask();
            }
            return;
        }
        if (part.index() != partsIndex) {
            forgetParts();
            partsIndex = part.index();
        }
        if (part.part() != parts.size()) {
            return; // It comes twice, or was asked for before another voter was.
        }
        parts.add(part.bytes());
        if (parts.size() == part.parts()) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            parts.forEach(whole::writeBytes);
            forgetParts();
            replica.restore(part.index(), part.term(), whole.toByteArray());
        }
        ask();
    }
}
