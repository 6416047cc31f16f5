package dev.bramble.leader;

import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which drains begin now, which nodes are cordoned ahead of their turn, and what the others wait for: pure.
 *
 * <p>Of one order at most {@link dev.bramble.model.DrainSpec#maxOut} nodes are out at a time, from the beginning of
 * their drain until they work again or stay drained. One that is stuck stops the rest of its order.
 *
 * @param begin drains whose turn has come
 * @param cordon nodes whose turn is next: what they run ends meanwhile
 * @param waits what each of the others waits for, the end of a sentence
 */
record RoundPlan(List<NodeId> begin, List<NodeId> cordon, Map<NodeId, String> waits) {
    /** Most of the bramble's processors that may be cordoned ahead of their turn or out. DESIGN section 10. */
    static final double CORDONED_SHARE_MAX = 0.5;

    /**
     * @param nodes all that are admitted
     * @param waiting nodes whose drain waits for its turn, the one that moves least first
     * @param upMilliCpus what the nodes that are up offer to attempts
     */
    static RoundPlan of(Collection<NodeRecord> nodes, List<NodeId> waiting, Map<NodeId, Integer> upMilliCpus) {
        TreeMap<Long, Order> orders = new TreeMap<>();
        TreeMap<NodeId, NodeRecord> byId = new TreeMap<>();
        double idle = 0;
        double all = 0;
        for (NodeRecord node : nodes) {
            byId.put(node.node(), node);
            node.drain()
                    .ifPresent(drain -> orders.computeIfAbsent(drain.order(), number -> new Order())
                            .add(node, drain));
            int milliCpus = upMilliCpus.getOrDefault(node.node(), 0);
            all += milliCpus;
            idle += node.standing().takesWork() ? 0 : milliCpus;
        }
        RoundPlan plan = new RoundPlan(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
        for (NodeId id : waiting) {
            NodeRecord node = byId.get(id);
            DrainRecord drain = node.drain().orElseThrow();
            Order order = orders.get(drain.order());
            int milliCpus = node.standing().takesWork() ? upMilliCpus.getOrDefault(id, 0) : 0;
            if (order.stuck.isPresent()) {
                plan.waits.put(id, order.stuck.get());
            } else if (order.out.size() < drain.spec().maxOut()) {
                order.out.add(node.name());
                idle += milliCpus;
                plan.begin.add(id);
            } else {
                plan.waits.put(id, waitsFor(order, drain));
                boolean isNext = order.ahead++ < drain.spec().maxOut();
                if (isNext && node.standing().takesWork() && idle + milliCpus <= CORDONED_SHARE_MAX * all) {
                    idle += milliCpus;
                    plan.cordon.add(id);
                }
            }
        }
        return plan;
    }

    private static String waitsFor(Order order, DrainRecord drain) {
        return "its turn, after " + String.join(", ", order.out) + ": at most "
                + drain.spec().maxOut() + " of this order " + (drain.spec().maxOut() == 1 ? "is" : "are")
                + " out at a time";
    }

    /** The nodes of one order. */
    private static final class Order {
        final List<String> out = new ArrayList<>();
        Optional<String> stuck = Optional.empty();
        int ahead;

        void add(NodeRecord node, DrainRecord drain) {
            if (!drain.hasBegun()) {
                return;
            }
            switch (node.standing()) {
                case DRAINING, MAINTENANCE, RETURNING -> out.add(node.name());
                case DRAINED -> {
                    if (!isEnd(drain)) {
                        out.add(node.name());
                    }
                }
                case EXPIRED, QUARANTINED, CORDONED -> {
                    out.add(node.name());
                    stuck = Optional.of("node " + node.name() + ", which is " + node.standing() + ": "
                            + node.standingReason() + "; uncordon it or cancel its drain, and the others follow");
                }
                case READY -> {}
            }
        }

        /** Whether a node that is drained stays so. */
        private static boolean isEnd(DrainRecord drain) {
            AfterDrain then = drain.spec().then();
            return then == AfterDrain.STAY
                    || then == AfterDrain.POWEROFF && drain.told().isPresent();
        }
    }

    /** Whether the node leaves soon: new work goes to others first. */
    static boolean leavesSoon(NodeRecord node) {
        return node.drain().filter(drain -> !drain.hasBegun()).isPresent() && node.standing() == NodeStanding.READY;
    }
}
