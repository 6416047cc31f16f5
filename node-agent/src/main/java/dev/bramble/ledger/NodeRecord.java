package dev.bramble.ledger;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.util.Collection;
import java.util.Optional;

/**
 * A node as the ledger knows it.
 *
 * @param name for people, unique
 * @param boardSerial serial of the board it was admitted on, or the id that stands in
 * @param keySha256 fingerprint of its public key, which stays the same when its certificate is issued anew
 * @param admittedBy who let it in: a user, or "token ID"
 * @param forgotten whether its certificate was revoked
 * @param standing whether it takes work
 * @param standingReason why
 * @param standingBy who decided
 * @param standingSince when
 * @param drain what was ordered, until it takes work again; empty in records of releases that knew no drain
 */
public record NodeRecord(
        NodeId node,
        String name,
        NodeRole role,
        String boardSerial,
        String keySha256,
        String admittedBy,
        Moment admittedAt,
        boolean forgotten,
        NodeStanding standing,
        String standingReason,
        String standingBy,
        Moment standingSince,
        Optional<DrainRecord> drain) {

    /** Whether no other of {@code all} could take work. */
    public static boolean isOnlyAgent(NodeId node, Collection<NodeRecord> all) {
        return all.stream()
                .allMatch(other -> other.node.equals(node) || other.forgotten || other.role != NodeRole.AGENT);
    }

    /** A node just admitted, ready for work. */
    public static NodeRecord admitted(
            NodeId node, String name, NodeRole role, String serial, String keySha256, String by, Moment at) {
        return new NodeRecord(
                node, name, role, serial, keySha256, by, at, false, NodeStanding.READY, "", by, at, Optional.empty());
    }

    /**
     * Whether it is on its way out, or is out: what it holds does not count any more, and others need their own copies.
     * Once it takes work again, its copies count again.
     */
    public boolean isLeaving() {
        return switch (standing) {
            case READY, CORDONED, RETURNING -> false;
            case DRAINING, DRAINED, EXPIRED, MAINTENANCE -> true;
            case QUARANTINED -> drain.filter(DrainRecord::hasBegun).isPresent();
        };
    }

    /** Whether its drain is under way: somebody waits for what it holds to be elsewhere. */
    public boolean isBeingDrained() {
        return switch (standing) {
            case DRAINING, EXPIRED -> true;
            case QUARANTINED -> drain.filter(DrainRecord::hasBegun).isPresent();
            case READY, CORDONED, DRAINED, MAINTENANCE, RETURNING -> false;
        };
    }

    NodeRecord named(String other) {
        return with(other, boardSerial, forgotten, drain);
    }

    NodeRecord onBoard(String otherSerial) {
        return with(name, otherSerial, forgotten, drain);
    }

    NodeRecord forget() {
        return with(name, boardSerial, true, Optional.empty());
    }

    /** The same node with another drain, or with none. */
    public NodeRecord drain(Optional<DrainRecord> other) {
        return with(name, boardSerial, forgotten, other);
    }

    private NodeRecord with(
            String otherName, String otherSerial, boolean isForgotten, Optional<DrainRecord> otherDrain) {
        return new NodeRecord(
                node,
                otherName,
                role,
                otherSerial,
                keySha256,
                admittedBy,
                admittedAt,
                isForgotten,
                standing,
                standingReason,
                standingBy,
                standingSince,
                otherDrain);
    }

    /** The same node in another standing. */
    public NodeRecord standing(NodeStanding next, String reason, String by, Moment at) {
        return new NodeRecord(
                node,
                name,
                role,
                boardSerial,
                keySha256,
                admittedBy,
                admittedAt,
                forgotten,
                next,
                reason,
                by,
                at,
                drain);
    }
}
