package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.UserRole;
import java.util.List;

/**
 * What can be done with a node, beside draining it.
 *
 * @param mayCordon and the others: whether the visitor may, and the node is such that it makes sense
 * @param votersTo names of nodes that could take over its vote; empty when it has none to give, or nobody could
 * @param forgetting what forgetting it would cost
 */
public record NodeCare(
        String link,
        String name,
        boolean mayCordon,
        boolean mayAdopt,
        boolean mayMoveVote,
        boolean mayForget,
        List<String> votersTo,
        String forgetting,
        Typed typed) {
    /**
     * A form that came back.
     *
     * @param form which one: cordon, adopt, vote or forget; empty for none
     * @param trouble what is wrong with it
     */
    public record Typed(String form, String reason, String trouble) {
        static final Typed NOTHING = new Typed("", "", "");

        /** What is wrong with this form; may be empty. */
        public String troubleOf(String which) {
            return form.equals(which) ? trouble : "";
        }
    }

    static NodeCare of(Views views, Views.NodeView node, Views.Principal visitor, Typed typed) {
        boolean isAgent = node.role() == NodeRole.AGENT;
        boolean isAdmin = visitor.may(UserRole.ADMIN);
        boolean isOperator = visitor.may(UserRole.OPERATOR);
        return new NodeCare(
                NodeWords.link(node.name()),
                node.name(),
                isOperator
                        && isAgent
                        && node.standing() == NodeStanding.READY
                        && node.drain().isEmpty(),
                isOperator && isAgent,
                isAdmin && node.voter(),
                isAdmin,
                node.voter()
                        ? views.nodes().stream()
                                .filter(NodeCare::couldVote)
                                .map(Views.NodeView::name)
                                .toList()
                        : List.of(),
                node.name() + " is " + Words.of(node.link()) + ", has "
                        + Shown.counted(node.heldTasks(), "attempt", "attempts") + " and holds "
                        + Shown.counted(node.blobs(), "file", "files") + " (" + Shown.bytes(node.blobBytes())
                        + "); what only it holds is lost.",
                typed);
    }

    private static boolean couldVote(Views.NodeView node) {
        return node.role() == NodeRole.AGENT
                && node.link() == Views.Link.UP
                && !node.voter()
                && node.standing() == NodeStanding.READY;
    }

    /** Whether there is anything to do for this visitor. */
    public boolean isEmpty() {
        return !mayCordon && !mayAdopt && !mayMoveVote && !mayForget;
    }
}
