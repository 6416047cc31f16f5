package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.model.DrainSpec;
import java.util.ArrayList;
import java.util.List;

/** An order for nodes that may have one already: with the same words it is harmless, with others it is told. Pure. */
public final class SecondOrder {
    private SecondOrder() {}

    /** Whether every node has this very order. */
    public static boolean isSame(List<Views.NodeView> nodes, DrainSpec spec, String reason) {
        return !nodes.isEmpty()
                && nodes.stream()
                        .allMatch(node -> node.drain()
                                .filter(drain -> DrainFields.differences(drain, spec, reason)
                                        .isEmpty())
                                .isPresent());
    }

    /** What other orders the nodes have, a part of a sentence each; empty when there is none. */
    public static List<String> conflicts(List<Views.NodeView> nodes, DrainSpec spec, String reason) {
        List<String> conflicts = new ArrayList<>();
        for (Views.NodeView node : nodes) {
            node.drain().ifPresent(drain -> {
                List<String> differences = DrainFields.differences(drain, spec, reason);
                if (!differences.isEmpty()) {
                    conflicts.add(node.name() + " has a drain already: " + String.join(", ", differences)
                            + " (ordered by " + drain.by() + ")");
                }
            });
        }
        return conflicts;
    }
}
