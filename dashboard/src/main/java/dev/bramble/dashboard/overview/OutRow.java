package dev.bramble.dashboard.overview;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.nodes.NodeWords;
import dev.bramble.model.NodeStanding;
import java.util.List;

/**
 * A node that was taken out, or is about to be.
 *
 * @param why reason and by whom
 * @param next what is waited for, or what may be done now
 */
public record OutRow(String node, String standing, String why, String next) {
    static List<OutRow> of(List<Views.NodeView> nodes) {
        return nodes.stream()
                .filter(node -> node.standing() != NodeStanding.READY)
                .map(OutRow::of)
                .toList();
    }

    private static OutRow of(Views.NodeView node) {
        return new OutRow(
                node.name(), Words.of(node.standing()), NodeWords.why(node).orElse(""), next(node));
    }

    private static String next(Views.NodeView node) {
        return switch (node.standing()) {
            case DRAINED -> NodeWords.safe(node);
            case READY, CORDONED, DRAINING, EXPIRED, QUARANTINED, MAINTENANCE, RETURNING ->
                node.drain()
                        .filter(drain -> !drain.waitsFor().isEmpty())
                        .map(drain -> "waits for " + String.join("; ", drain.waitsFor()))
                        .orElse("");
        };
    }
}
