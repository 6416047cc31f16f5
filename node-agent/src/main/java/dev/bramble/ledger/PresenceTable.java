package dev.bramble.ledger;

import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Which nodes were there when a leader last told the ledger. Part of {@link LedgerState#apply}. */
final class PresenceTable {
    private final TreeMap<NodeId, NodePresence> known = new TreeMap<>();
    private final EventRing events;

    private final BooleanSupplier isPoweringOff;

    /** @param isPoweringOff whether boards have been told to power off by a shutdown */
    PresenceTable(EventRing events, BooleanSupplier isPoweringOff) {
        this.events = events;
        this.isPoweringOff = isPoweringOff;
    }

    Optional<NodePresence> of(NodeId node) {
        return Optional.ofNullable(known.get(node));
    }

    /** A node came, or came back. What the ledger knows already changes nothing. */
    void arrived(Moment now, NodeRecord node, String incarnation) {
        NodePresence before = known.get(node.node());
        if (before == null) {
            known.put(node.node(), NodePresence.arrived(incarnation, now));
            tell(now, node, EventKind.NODE_JOINED, node.name() + " joined");
        } else if (!before.up()) {
            known.put(node.node(), before.back(incarnation, now));
            tell(now, node, EventKind.NODE_RETURNED, node.name() + " is back" + after(now.since(before.since())));
        }
    }

    /** A node that was there as this incarnation is not any more; or that loss turns out to count nothing. */
    void lost(Moment now, NodeRecord node, Command.NodeLost loss) {
        NodePresence before = known.get(node.node());
        if (before == null || !before.incarnation().equals(loss.incarnation())) {
            return;
        }
        if (!before.up()) {
            if (before.isCharged() && !loss.counts()) {
                known.put(node.node(), before.acquitted());
            }
            return;
        }
        // Whoever unplugs or reboots what was drained does as he was told.
        String planned = isPoweringOff.getAsBoolean()
                ? "the bramble is shut down"
                : switch (node.standing()) {
                    case DRAINED -> "it was drained";
                    case MAINTENANCE -> "its board was told to go down";
                    case READY, CORDONED, DRAINING, EXPIRED, QUARANTINED, RETURNING -> "";
                };
        known.put(node.node(), before.lost(loss.counts() && planned.isEmpty(), now));
        if (planned.isEmpty()) {
            tell(now, node, EventKind.NODE_LOST, node.name() + " was lost: " + loss.evidence());
        } else {
            tell(now, node, EventKind.NODE_LEFT, node.name() + " left as planned: " + planned);
        }
    }

    /**
     * Boards are back from a shutdown: those that nobody saw leave, since nobody was left to see it, have left.
     *
     * @param lives incarnations that ended by it
     */
    void poweredOff(Moment now, Iterable<NodeRecord> nodes, List<String> lives) {
        for (NodeRecord node : nodes) {
            NodePresence before = known.get(node.node());
            if (before != null && before.up() && lives.contains(before.incarnation())) {
                lost(now, node, new Command.NodeLost(node.node(), before.incarnation(), "", false));
            }
        }
    }

    /** An operator trusts it again. */
    void forgive(Moment now, NodeId node) {
        known.computeIfPresent(node, (id, presence) -> presence.forgiven(now));
    }

    void forget(NodeId node) {
        known.remove(node);
    }

    /** Bramble time stands still while everything is off: how long that was nobody knows. */
    private static String after(Duration away) {
        return away.toSeconds() == 0 ? "" : " after " + away.toSeconds() + " s";
    }

    private void tell(Moment now, NodeRecord node, EventKind kind, String text) {
        events.add(now, Happening.ofNode(kind, node.node(), Happening.BRAMBLE, text));
    }

    SortedMap<NodeId, NodePresence> image() {
        return new TreeMap<>(known);
    }

    void restore(Map<NodeId, NodePresence> image) {
        known.clear();
        known.putAll(image);
    }
}
