package dev.bramble.leader;

import dev.bramble.ledger.BoardLife;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * How rounds of drains would go, by {@link RoundPlan} itself, with those of other orders among them: pure.
 *
 * @param turns of those that would begin, in this order
 * @param waits what each of the others would wait for without end, the end of a sentence
 * @param mostOut most nodes that would be out together
 */
record RoundForecast(List<Turn> turns, Map<NodeId, String> waits, int mostOut) {
    /** @param endsMillis −1 when nobody can tell */
    record Turn(NodeId node, long beginsMillis, long endsMillis) {}

    /** Of a node whose own drain takes a time that nobody can tell. */
    static final long UNKNOWN = -1;

    /**
     * @param nodes all that are admitted, with their drains
     * @param waiting nodes whose drain waits for its turn, in the order in which they are looked at
     * @param upMilliCpus what the nodes that are up offer to attempts
     * @param needsMillis how long each takes that is out or waits, until it makes room for the next; what is not here
     *     is {@link #UNKNOWN}
     */
    static RoundForecast of(
            Collection<NodeRecord> nodes,
            List<NodeId> waiting,
            Map<NodeId, Integer> upMilliCpus,
            Map<NodeId, Long> needsMillis) {
        return new Course(nodes, waiting, upMilliCpus, needsMillis).run();
    }

    /** When the last one is done; {@link #UNKNOWN} when nobody can tell, or one would never begin. */
    long endMillis(Collection<NodeId> of) {
        long last = 0;
        for (NodeId node : of) {
            Optional<Turn> turn =
                    turns.stream().filter(each -> each.node().equals(node)).findFirst();
            if (turn.isEmpty() || turn.get().endsMillis() == UNKNOWN) {
                return UNKNOWN;
            }
            last = Math.max(last, turn.get().endsMillis());
        }
        return last;
    }

    private record End(long atMillis, NodeId node) {}

    /** What happens, one thing after the other. */
    private static final class Course {
        private final TreeMap<NodeId, NodeRecord> nodes = new TreeMap<>();
        private final List<NodeId> waiting;
        private final Map<NodeId, Integer> upMilliCpus;
        private final Map<NodeId, Long> needsMillis;
        private final PriorityQueue<End> ends =
                new PriorityQueue<>(Comparator.comparingLong(End::atMillis).thenComparing(End::node));
        private final List<Turn> turns = new ArrayList<>();
        private long nowMillis;
        private int out;
        private int mostOut;

        Course(
                Collection<NodeRecord> nodes,
                List<NodeId> waiting,
                Map<NodeId, Integer> upMilliCpus,
                Map<NodeId, Long> needsMillis) {
            nodes.forEach(node -> this.nodes.put(node.node(), node));
            this.waiting = new ArrayList<>(waiting);
            this.upMilliCpus = new HashMap<>(upMilliCpus);
            this.needsMillis = needsMillis;
        }

        RoundForecast run() {
            nodes.values().stream().filter(RoundPlan::isOut).forEach(node -> isOut(node.node()));
            Map<NodeId, String> waits = Map.of();
            while (!waiting.isEmpty()) {
                RoundPlan plan = RoundPlan.of(nodes.values(), waiting, upMilliCpus);
                plan.begin().forEach(this::begin);
                plan.cordon().forEach(node -> standing(node, NodeStanding.CORDONED));
                if (plan.begin().isEmpty() && plan.cordon().isEmpty() && ends.isEmpty()) {
                    waits = plan.waits();
                    break;
                }
                if (plan.begin().isEmpty()) {
                    end();
                }
            }
            return new RoundForecast(turns, waits, mostOut);
        }

        private void begin(NodeId node) {
            waiting.remove(node);
            long needs = needsMillis.getOrDefault(node, UNKNOWN);
            turns.add(new Turn(node, nowMillis, needs == UNKNOWN ? UNKNOWN : nowMillis + needs));
            NodeRecord record = standing(node, NodeStanding.DRAINING);
            nodes.put(node, record.drain(record.drain().map(drain -> drain.begun(Moment.FOUNDING))));
            isOut(node);
        }

        private void isOut(NodeId node) {
            mostOut = Math.max(mostOut, ++out);
            long needs = needsMillis.getOrDefault(node, UNKNOWN);
            if (needs != UNKNOWN) {
                ends.add(new End(nowMillis + needs, node));
            }
        }

        private void end() {
            End end = ends.poll();
            if (end == null) {
                return;
            }
            nowMillis = end.atMillis();
            out--;
            DrainRecord drain = nodes.get(end.node()).drain().orElseThrow();
            switch (drain.spec().then()) {
                case STAY -> standing(end.node(), NodeStanding.DRAINED);
                case POWEROFF -> {
                    NodeRecord off = standing(end.node(), NodeStanding.DRAINED);
                    nodes.put(end.node(), off.drain(Optional.of(drain.told(new BoardLife("", "")))));
                    upMilliCpus.remove(end.node());
                }
                case RESUME, REBOOT -> {
                    NodeRecord back = standing(end.node(), NodeStanding.READY);
                    nodes.put(end.node(), back.drain(Optional.empty()));
                }
            }
        }

        private NodeRecord standing(NodeId node, NodeStanding next) {
            NodeRecord changed = nodes.get(node).standing(next, "", "", Moment.FOUNDING);
            nodes.put(node, changed);
            return changed;
        }
    }
}
