package dev.bramble.leader;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Begins the drains whose turn has come, by {@link RoundPlan}. Event loop of the leader. */
final class RoundDuty {
    private final Leader leader;
    private final DrainLoads loads;
    private RoundPlan plan = new RoundPlan(List.of(), List.of(), Map.of());
    private long term = -1;
    /** Steps on their way into the ledger: until they are applied nobody can tell who is out. */
    private int stepping;

    RoundDuty(Leader leader, DrainLoads loads) {
        this.leader = leader;
        this.loads = loads;
    }

    /** What a node whose drain has not begun waits for: the end of a sentence. */
    Optional<String> waitsFor(NodeId node) {
        return Optional.ofNullable(plan.waits().get(node));
    }

    /** Called with every pulse, and when a drain was ordered or cancelled. */
    void check() {
        if (leader.term() != term) {
            term = leader.term();
            stepping = 0;
        }
        if (!leader.isLeading() || stepping > 0) {
            return;
        }
        List<NodeRecord> waiting = leader.state().nodes().values().stream()
                .filter(node -> !node.forgotten())
                .filter(node -> node.drain().filter(drain -> !drain.hasBegun()).isPresent())
                .toList();
        Map<NodeId, Integer> milliCpus = upMilliCpus();
        plan = plan(waiting.stream().map(NodeRecord::node).toList(), milliCpus);
        if (!plan.begin().isEmpty() && waiting.size() > plan.begin().size()) {
            // Only now does it matter which of them comes first, which costs a look at all that they hold.
            plan = plan(leastFirst(waiting), milliCpus);
        }
        plan.begin().forEach(node -> step(node, NodeStanding.DRAINING, ""));
        plan.cordon().forEach(node -> step(node, NodeStanding.CORDONED, "its drain is next: "));
    }

    private RoundPlan plan(List<NodeId> waiting, Map<NodeId, Integer> milliCpus) {
        List<NodeRecord> known = leader.state().nodes().values().stream()
                .filter(node -> !node.forgotten())
                .toList();
        return RoundPlan.of(known, waiting, milliCpus);
    }

    private Map<NodeId, Integer> upMilliCpus() {
        Map<NodeId, Integer> milliCpus = new HashMap<>();
        leader.books().forEach((node, book) -> {
            if (book.hasReported()) {
                milliCpus.put(node, book.status().capacity().milliCpus());
            }
        });
        return milliCpus;
    }

    /** Older orders first; within one order those that are cordoned already, then the one that moves least. */
    private List<NodeId> leastFirst(List<NodeRecord> waiting) {
        Map<NodeId, DrainLoad> byNode = new HashMap<>();
        waiting.forEach(node -> byNode.put(node.node(), loads.of(node, Set.of())));
        Comparator<NodeRecord> byOrder =
                Comparator.comparing(node -> drain(node).order());
        return waiting.stream()
                .sorted(byOrder.thenComparing(node -> node.standing().takesWork())
                        .thenComparing(
                                (one, other) -> DrainLoad.leastFirst(drain(one).spec())
                                        .compare(byNode.get(one.node()), byNode.get(other.node()))))
                .map(NodeRecord::node)
                .toList();
    }

    private static DrainRecord drain(NodeRecord node) {
        return node.drain().orElseThrow();
    }

    private void step(NodeId node, NodeStanding next, String why) {
        DrainRecord drain = drain(leader.state().node(node).orElseThrow());
        long ofTerm = term;
        stepping++;
        leader.append(new Command.StepDrain(node, drain.number(), next, why + drain.reason()))
                .whenComplete((index, failure) -> {
                    if (leader.leads(ofTerm)) {
                        stepping--;
                    }
                });
    }
}
