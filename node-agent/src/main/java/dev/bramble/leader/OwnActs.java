package dev.bramble.leader;

import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What the bramble itself has taken out of work, by what the ledger knows: pure. */
final class OwnActs {
    /**
     * Of all agents so many may be out at a time because the bramble decided so, and one always: what makes one board
     * sick, a job that fills disks or a room that is too warm, makes others sick as well.
     */
    static final double SHARE_MAX = 0.1;

    private OwnActs() {}

    static List<NodeRecord> agents(LedgerState state) {
        return state.nodes().values().stream()
                .filter(node -> !node.forgotten() && node.role() == NodeRole.AGENT)
                .toList();
    }

    /** How many more of these agents the bramble may take out of work. */
    static long left(Collection<NodeRecord> agents) {
        long most = Math.max(1, (long) (agents.size() * SHARE_MAX));
        return most - agents.stream().filter(OwnActs::isOut).count();
    }

    /** Set aside, cordoned or drained by the bramble. */
    static boolean isOut(NodeRecord node) {
        boolean isAside = node.standing() == NodeStanding.QUARANTINED || isCordoned(node);
        return isAside && node.standingBy().equals(Happening.BRAMBLE) || isDrained(node);
    }

    /** It gets no new work since the bramble said so. */
    static boolean isCordoned(NodeRecord node) {
        return node.standing() == NodeStanding.CORDONED
                && node.standingBy().equals(Happening.BRAMBLE)
                && node.drain().isEmpty();
    }

    /** The bramble ordered its drain, whether that has begun or is done. */
    static boolean isDrained(NodeRecord node) {
        return node.drain()
                .filter(drain -> drain.by().equals(Happening.BRAMBLE))
                .isPresent();
    }

    /** Who is out, and why in a few words: behind what jobs wait for; empty when nobody is. */
    static String words(LedgerState state) {
        return agents(state).stream()
                .filter(OwnActs::isOut)
                .map(node -> "; " + node.name() + " gets no work: "
                        + node.drain()
                                .filter(drain -> isDrained(node))
                                .map(DrainRecord::reason)
                                .orElse(node.standingReason())
                                .split(":", 2)[0])
                .collect(Collectors.joining());
    }

    /**
     * Whether a person let the node work again that the bramble had taken out, and its board has not been well since:
     * who decides that knows what the bramble knows.
     */
    static boolean isOverruled(LedgerState state, NodeId node) {
        boolean isLifted = false;
        for (EventRecord event : state.events().newestFirst()) {
            Happening what = event.what();
            if (what.node().filter(node::equals).isEmpty()) {
                continue;
            }
            EventKind kind = what.kind();
            boolean isPerson = !what.by().equals(Happening.BRAMBLE);
            if (kind == EventKind.BOARD_WELL) {
                return false;
            }
            if (kind == EventKind.NODE_CORDONED || kind == EventKind.DRAIN_ORDERED) {
                return isLifted && !isPerson;
            }
            isLifted |= isPerson && (kind == EventKind.NODE_UNCORDONED || kind == EventKind.DRAIN_CANCELLED);
        }
        return false;
    }
}
