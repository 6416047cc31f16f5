package dev.bramble.ledger;

import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Why a task is put aside: which nodes were lost while they ran it, when, and by which evidence. */
final class PoisonEvidence {
    private PoisonEvidence() {}

    /**
     * @param nodes the nodes that were lost
     * @param history the task's attempts, as far as they are remembered
     * @param names what people call a node
     */
    static String sentence(
            List<NodeId> nodes, List<AttemptRecord> history, Moment now, Function<NodeId, String> names) {
        return "put aside as poison: " + nodes.size() + " nodes were lost while they ran it: "
                + nodes.stream()
                        .map(node -> names.apply(node) + evidence(node, history, now))
                        .collect(Collectors.joining("; "));
    }

    private static String evidence(NodeId node, List<AttemptRecord> history, Moment now) {
        return history.reversed().stream()
                .filter(attempt -> attempt.node().equals(node) && attempt.end().isEmpty())
                .findFirst()
                .map(loss -> when(loss, now) + " (" + loss.reason() + ")")
                .orElse("");
    }

    private static String when(AttemptRecord loss, Moment now) {
        long seconds = loss.at().map(at -> now.since(at).toSeconds()).orElse(0L);
        return seconds == 0 ? "" : " " + seconds + " s before";
    }
}
