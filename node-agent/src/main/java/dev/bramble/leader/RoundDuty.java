package dev.bramble.leader;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        List<NodeRecord> waiting = DrainLoads.waiting(leader.state().nodes().values());
        Map<NodeId, Integer> milliCpus = loads.upMilliCpus();
        plan = plan(waiting.stream().map(NodeRecord::node).toList(), milliCpus);
        if (!plan.begin().isEmpty() && waiting.size() > plan.begin().size()) {
            // Only now does it matter which of them comes first, which costs a look at all that they hold.
            plan = plan(loads.leastFirst(waiting), milliCpus);
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
