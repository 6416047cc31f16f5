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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which drains begin now, which nodes are cordoned ahead of their turn, and what the others wait for: pure.
 *
 * <p>Nodes are out from the beginning of their drain until they work again or stay drained. Of the whole bramble no
 * more are out at a time than the most careful of the orders concerned allows
 * ({@link dev.bramble.model.DrainSpec#maxOut}). One that is stuck stops the rest of its order, and no other.
 *
 * @param begin drains whose turn has come
 * @param cordon nodes whose turn is next: what they run ends meanwhile
 * @param waits what each of the others waits for, the end of a sentence
 */
record RoundPlan(List<NodeId> begin, List<NodeId> cordon, Map<NodeId, String> waits) {
    /**
     * Most of the nodes that could work, and of their processors, that may be out or cordoned ahead of their turn
     * together; one node always. DESIGN section 10.
     */
    static final double AWAY_SHARE_MAX = 0.5;

    /**
     * @param nodes all that are admitted
     * @param waiting nodes whose drain waits for its turn, the one that moves least first
     * @param upMilliCpus what the nodes that are up offer to attempts
     */
    static RoundPlan of(Collection<NodeRecord> nodes, List<NodeId> waiting, Map<NodeId, Integer> upMilliCpus) {
        Bramble bramble = new Bramble(upMilliCpus);
        TreeMap<NodeId, NodeRecord> byId = new TreeMap<>();
        for (NodeRecord node : nodes) {
            byId.put(node.node(), node);
            bramble.add(node);
        }
        RoundPlan plan = new RoundPlan(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
        for (NodeId id : waiting) {
            NodeRecord node = byId.get(id);
            DrainRecord drain = node.drain().orElseThrow();
            Order order = bramble.orders.get(drain.order());
            Optional<String> obstacle = order.stuck.or(() -> bramble.obstacle(node, drain));
            if (obstacle.isEmpty()) {
                bramble.begin(node, drain);
                plan.begin.add(id);
            } else {
                plan.waits.put(id, obstacle.get());
            }
        }
        // Only now: one that is cordoned ahead must not keep another from beginning.
        for (NodeId id : waiting) {
            NodeRecord node = byId.get(id);
            DrainRecord drain = node.drain().orElseThrow();
            Order order = bramble.orders.get(drain.order());
            boolean isNext = plan.waits.containsKey(id)
                    && order.stuck.isEmpty()
                    && order.ahead++ < drain.spec().maxOut();
            if (isNext && node.standing().takesWork() && bramble.canSpare(node) && bramble.canIdle(node)) {
                bramble.sendAway(node);
                plan.cordon.add(id);
            }
        }
        return plan;
    }

    /** Who is out, and who could work. */
    private static final class Bramble {
        final TreeMap<Long, Order> orders = new TreeMap<>();
        final Map<NodeId, Integer> upMilliCpus;
        /** Out, over all orders. */
        final List<String> out = new ArrayList<>();
        /** The least that an order of those that are out allows. */
        int mostOut = Integer.MAX_VALUE;
        /** Out, stuck, or cordoned ahead of its turn. */
        final TreeMap<NodeId, String> away = new TreeMap<>();
        /** Up and at work. */
        final Set<NodeId> working = new TreeSet<>();

        double idleMilliCpus;
        double allMilliCpus;

        Bramble(Map<NodeId, Integer> upMilliCpus) {
            this.upMilliCpus = upMilliCpus;
        }

        void add(NodeRecord node) {
            int milliCpus = upMilliCpus.getOrDefault(node.node(), 0);
            allMilliCpus += milliCpus;
            if (!node.standing().takesWork()) {
                idleMilliCpus += milliCpus;
            } else if (upMilliCpus.containsKey(node.node())) {
                working.add(node.node());
            }
            node.drain().ifPresent(drain -> add(node, drain));
        }

        private void add(NodeRecord node, DrainRecord drain) {
            Order order = orders.computeIfAbsent(drain.order(), number -> new Order());
            if (!drain.hasBegun()) {
                boolean workedBefore = drain.before().standing().takesWork();
                if (workedBefore && !node.standing().takesWork()) {
                    away.put(node.node(), node.name());
                }
                return;
            }
            switch (node.standing()) {
                case DRAINING, MAINTENANCE, RETURNING, DRAINED -> {
                    if (RoundPlan.isOut(node)) {
                        isOut(node, drain);
                    }
                }
                case EXPIRED, QUARANTINED, CORDONED -> {
                    away.put(node.node(), node.name());
                    order.stuck = Optional.of(node.name() + ", which is " + node.standing() + ": "
                            + node.standingReason() + "; uncordon it or cancel its drain, and the others follow");
                }
                case READY -> {}
            }
        }

        private void isOut(NodeRecord node, DrainRecord drain) {
            out.add(node.name());
            mostOut = Math.min(mostOut, drain.spec().maxOut());
            away.put(node.node(), node.name());
        }

        /** What the node waits for; empty when its drain may begin. */
        Optional<String> obstacle(NodeRecord node, DrainRecord drain) {
            int most = Math.min(mostOut, drain.spec().maxOut());
            if (out.size() >= most) {
                return Optional.of("its turn, after " + String.join(", ", out) + ": at most "
                        + (most == 1 ? "1 node is" : most + " nodes are") + " out at a time");
            }
            if (node.standing().takesWork() && !canSpare(node)) {
                return Optional.of("its turn, after " + String.join(", ", away.values())
                        + ": at most half of the nodes that could work are out at a time");
            }
            return Optional.empty();
        }

        /** Whether at most half would be away with it. Of a node that is silent it is not known how it is. */
        boolean canSpare(NodeRecord node) {
            Set<NodeId> able = new TreeSet<>(working);
            able.addAll(away.keySet());
            able.add(node.node());
            return away.size() + 1 <= Math.max(1, AWAY_SHARE_MAX * able.size());
        }

        boolean canIdle(NodeRecord node) {
            return idleMilliCpus + upMilliCpus.getOrDefault(node.node(), 0) <= AWAY_SHARE_MAX * allMilliCpus;
        }

        void begin(NodeRecord node, DrainRecord drain) {
            isOut(node, drain);
            if (node.standing().takesWork()) {
                idleMilliCpus += upMilliCpus.getOrDefault(node.node(), 0);
            }
        }

        void sendAway(NodeRecord node) {
            away.put(node.node(), node.name());
            idleMilliCpus += upMilliCpus.getOrDefault(node.node(), 0);
        }
    }

    /** Whether the node is out until it works again, or until it has its rest. */
    static boolean isOut(NodeRecord node) {
        Optional<DrainRecord> drain = node.drain().filter(DrainRecord::hasBegun);
        return drain.isPresent()
                && switch (node.standing()) {
                    case DRAINING, MAINTENANCE, RETURNING -> true;
                    case DRAINED -> !isEnd(drain.get());
                    case READY, CORDONED, EXPIRED, QUARANTINED -> false;
                };
    }

    /** Whether a node that is drained stays so. */
    private static boolean isEnd(DrainRecord drain) {
        AfterDrain then = drain.spec().then();
        return then == AfterDrain.STAY
                || then == AfterDrain.POWEROFF && drain.told().isPresent();
    }

    /** What the nodes of one order share. */
    private static final class Order {
        Optional<String> stuck = Optional.empty();
        int ahead;
    }

    /** Whether the node leaves soon: new work goes to others first. */
    static boolean leavesSoon(NodeRecord node) {
        return node.drain().filter(drain -> !drain.hasBegun()).isPresent() && node.standing() == NodeStanding.READY;
    }
}
