package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.UserRole;
import java.util.List;

/**
 * What stands first on a node's page.
 *
 * @param state down, suspect or its standing
 * @param age how old what is known of it is; empty while that is fresh
 * @param note why it is as it is; may be empty
 * @param mayDrain whether a drain can be ordered by this visitor
 * @param hasDrain whether one is ordered or done
 * @param mayReturn whether the visitor may let it take work again
 * @param mayLocate whether the visitor may have its board show where it is
 */
public record NodeHead(
        String name,
        String link,
        String state,
        List<String> marks,
        List<String> flags,
        String age,
        String note,
        boolean mayDrain,
        boolean hasDrain,
        boolean mayReturn,
        boolean mayLocate,
        boolean isLocated) {
    static NodeHead of(Views.NodeView node, Views.Summary summary, Views.Principal visitor) {
        boolean mayOperate = visitor.may(UserRole.OPERATOR) && node.role() == NodeRole.AGENT;
        return new NodeHead(
                node.name(),
                NodeWords.link(node.name()),
                NodeWords.state(node),
                NodeWords.marks(node),
                NodeWords.flags(node),
                NodeWords.age(node, summary),
                NodeWords.note(node),
                mayOperate && node.drain().isEmpty(),
                node.drain().isPresent(),
                mayOperate && mayReturn(node),
                mayOperate && node.link() != Views.Link.DOWN,
                node.located().isPresent());
    }

    /** Whether it takes no work, and nothing is under way that ends by itself. */
    private static boolean mayReturn(Views.NodeView node) {
        return switch (node.standing()) {
            case READY, DRAINING, MAINTENANCE, RETURNING -> false;
            case CORDONED, QUARANTINED, DRAINED, EXPIRED ->
                node.standing() != NodeStanding.CORDONED
                        || node.drain().isEmpty()
                        || node.drain().get().deadlineInMillis().isPresent();
        };
    }
}
