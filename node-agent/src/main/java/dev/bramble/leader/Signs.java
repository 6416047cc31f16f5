package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What boards are to show of their nodes, by what this leader knows now. Event loop of the leader. */
final class Signs {
    private final Leader leader;
    private final DrainDuty drains;

    Signs(Leader leader, DrainDuty drains) {
        this.leader = leader;
        this.drains = drains;
    }

    /** Of every node that is not simply ready. */
    List<Message.Sign> list() {
        boolean isShutDown = leader.state().shutdown().isPresent();
        // Nothing is looked after in a shutdown: what was safe before need not be.
        Set<NodeId> safe = isShutDown ? Set.of() : safe();
        List<Message.Sign> signs = new ArrayList<>();
        for (NodeRecord node : leader.state().nodes().values()) {
            NodeStanding shown = isShutDown && node.standing().takesWork() ? NodeStanding.DRAINING : node.standing();
            if (node.role() == NodeRole.AGENT && !node.forgotten() && !shown.takesWork()) {
                boolean inPlace = node.drain().filter(DrainRecord::inPlace).isPresent();
                signs.add(new Message.Sign(node.node(), shown, safe.contains(node.node()) && !inPlace, inPlace));
            }
        }
        return signs;
    }

    /** Drained by the present term's own look, and nothing has become missing since. */
    private Set<NodeId> safe() {
        return drains.soft().stream()
                .filter(drain ->
                        drain.standing().filter(NodeStanding.DRAINED::equals).isPresent()
                                && drain.waitsFor().isEmpty())
                .map(Message.DrainSoft::node)
                .collect(Collectors.toSet());
    }
}
