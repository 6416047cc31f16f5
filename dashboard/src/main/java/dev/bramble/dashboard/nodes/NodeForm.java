package dev.bramble.dashboard.nodes;

import dev.bramble.control.Action;
import dev.bramble.control.DrainWish;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.PanelReport;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A button of a node's page that does one thing to the node.
 *
 * @param word the end of its address
 * @param page that shows what was typed again
 * @param does the thing; returns the sentence that tells of it
 */
public record NodeForm(String word, UserRole needed, NodePage page, Does does) {
    /** Fails with a refusal, or with a sentence about what was typed. */
    @FunctionalInterface
    interface Does {
        String to(Views.NodeView node, FormRequest request);
    }

    public static List<FormScreen> all(NodePage page) {
        List<NodeForm> buttons = List.of(
                new NodeForm("cordon", UserRole.OPERATOR, page, NodeForm::cordon),
                new NodeForm("uncordon", UserRole.OPERATOR, page, NodeForm::uncordon),
                new NodeForm("locate", UserRole.OPERATOR, page, NodeForm::locate),
                new NodeForm("found", UserRole.OPERATOR, page, NodeForm::found),
                new NodeForm("adopt", UserRole.OPERATOR, page, NodeForm::adopt),
                new NodeForm("vote", UserRole.ADMIN, page, NodeForm::moveVote),
                new NodeForm("forget", UserRole.ADMIN, page, NodeForm::forget));
        return Stream.concat(
                        buttons.stream()
                                .map(button -> new FormScreen(
                                        "/nodes/{node}/" + button.word, Section.NODES, button.needed, button::handle)),
                        AdmitPage.forms().stream())
                .toList();
    }

    /** The node that a form's address names. */
    public static Views.NodeView node(FormRequest request) {
        String name = request.request().place("node");
        return request.read(views -> NodeRoutes.node(views, name));
    }

    private FormScreen.Outcome handle(FormRequest request) {
        Views.NodeView node = node(request);
        try {
            String told = does.to(node, request);
            return new FormScreen.Outcome.Go(next(node, request), told + ".");
        } catch (ProblemException refused) {
            NodeCare.Typed typed =
                    new NodeCare.Typed(word, request.field("reason"), Shown.sentence(refused.getMessage()));
            return new FormScreen.Outcome.Again(
                    refused.status(), request.await(page.load(request.control(), request.request(), typed)));
        }
    }

    /** Where the button was, as far as that is a page of ours. */
    private String next(Views.NodeView node, FormRequest request) {
        return switch (request.field("back")) {
            case "maintenance" -> "/maintenance";
            case "nodes" -> "/nodes";
            case "topology" -> "/topology?board=" + node.name() + "#board";
            default -> word.equals("forget") ? "/nodes" : NodeWords.link(node.name());
        };
    }

    private static String cordon(Views.NodeView node, FormRequest request) {
        String reason = request.field("reason");
        DrainWish.mistakeInReason(reason).ifPresent(mistake -> {
            throw ProblemException.wrong("the reason " + mistake, List.of());
        });
        request.act(new Action.SetStanding(node.node(), NodeStanding.CORDONED, reason));
        return node.name() + " is cordoned: it takes no new work, and what runs there goes on";
    }

    private static String uncordon(Views.NodeView node, FormRequest request) {
        boolean wasAtWork =
                node.standing() == NodeStanding.READY && node.drain().isEmpty();
        request.act(new Action.SetStanding(node.node(), NodeStanding.READY, ""));
        return node.name() + (wasAtWork ? " was not cordoned: it takes work already" : " takes work again");
    }

    private static String locate(Views.NodeView node, FormRequest request) {
        request.act(new Action.Locate(node.node(), Optional.of(Action.Locate.LENGTH)));
        return PanelReport.located(
                node.name(),
                node.role() == NodeRole.HEAD
                        ? Optional.of(PanelReport.OF_HEAD)
                        : node.health().flatMap(BoardHealth::panel),
                Shown.time(Action.Locate.LENGTH.toMillis()));
    }

    private static String found(Views.NodeView node, FormRequest request) {
        request.act(new Action.Locate(node.node(), Optional.empty()));
        return node.name() + " is not looked for any more";
    }

    private static String adopt(Views.NodeView node, FormRequest request) {
        request.act(new Action.AdoptBoard(node.node()));
        return node.name() + " goes on living on its new board";
    }

    private static String moveVote(Views.NodeView node, FormRequest request) {
        String to = request.field("to");
        Optional<Views.NodeView> target = request.read(views -> views.node(to));
        if (target.isEmpty()) {
            throw ProblemException.wrong("choose the node that takes over the vote", List.of());
        }
        request.act(new Action.MoveVote(node.node(), target.get().node()));
        return "the vote of " + node.name() + " moves to " + target.get().name();
    }

    private static String forget(Views.NodeView node, FormRequest request) {
        if (!request.isTicked("sure")) {
            throw ProblemException.wrong(
                    "tick that you mean it: a node that is forgotten must be admitted anew", List.of());
        }
        request.act(new Action.ForgetNode(node.node()));
        return node.name() + " is forgotten";
    }
}
