package dev.bramble.dashboard.maintenance;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.nodes.NodeForm;
import dev.bramble.dashboard.nodes.NodeRoutes;
import dev.bramble.dashboard.nodes.NodeWords;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Taking one board out: the form, what it would do, how far it is, and the proof that the board may be unplugged. */
public final class DrainPage {
    static final String PATH = "/nodes/{node}/drain";
    private static final String TEMPLATE = "maintenance/drain";

    /**
     * What changes while somebody looks.
     *
     * @param progress of its drain; empty while it has none
     * @param without how it is then
     */
    public record Now(String name, String link, Optional<Progress> progress, String without) {
        static Now of(Views.NodeView node, Views.Principal visitor) {
            return new Now(
                    node.name(),
                    NodeWords.link(node.name()),
                    node.drain().map(drain -> Progress.of(node, drain, visitor)),
                    node.name() + " has no drain: "
                            + (node.standing().takesWork() ? "it takes work" : NodeWords.work(node)) + ".");
        }
    }

    /**
     * The page.
     *
     * @param dialog the form; empty while the node has a drain, or for who may not order one
     * @param trouble what was refused; may be empty
     * @param whyNot why there is no form; may be empty
     */
    public record Drain(Now now, Optional<Dialog> dialog, String trouble, String whyNot) {
        Content content() {
            Content content = Content.of("Drain " + now.name(), TEMPLATE, this)
                    .with("drain.js")
                    .live(Part.of("drain-now", TEMPLATE, "now", now));
            return dialog.isPresent() ? content.typedInto() : content;
        }
    }

    private DrainPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.NODES, DrainPage::load);
    }

    /** Its order, and its end. */
    public static List<FormScreen> forms() {
        return List.of(
                new FormScreen(PATH, Section.NODES, UserRole.OPERATOR, DrainPage::order),
                new FormScreen(PATH + "/cancel", Section.NODES, UserRole.OPERATOR, DrainPage::cancel));
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        String name = request.place("node");
        return control.read(0, views -> NodeRoutes.node(views, name)).thenCompose(node -> {
            Now now = Now.of(node, request.visitor());
            String whyNot = whyNot(node, request.visitor());
            if (now.progress().isPresent() || !whyNot.isEmpty()) {
                return CompletableFuture.completedFuture(
                        new Drain(now, Optional.empty(), "", now.progress().isPresent() ? "" : whyNot).content());
            }
            return Ordering.blank(control, List.of(node))
                    .thenApply(dialog -> new Drain(now, Optional.of(dialog), "", "").content());
        });
    }

    private static String whyNot(Views.NodeView node, Views.Principal visitor) {
        if (node.role() == NodeRole.HEAD) {
            return node.name() + " is a head: it takes no work anyway.";
        }
        return visitor.may(UserRole.OPERATOR) ? "" : "An operator drains nodes; you may watch it here.";
    }

    /** Orders it, or shows what it would do. */
    private static FormScreen.Outcome order(FormRequest request) {
        Views.NodeView node = NodeForm.node(request);
        Now now = Now.of(node, request.visitor());
        return switch (Ordering.take(request, List.of(node), new ArrayList<>())) {
            case Ordering.Result.Show show ->
                new FormScreen.Outcome.Again(
                        show.status(), new Drain(now, Optional.of(show.dialog()), "", "").content());
            case Ordering.Result.Ordered ordered ->
                new FormScreen.Outcome.Go(
                        now.link() + "/drain",
                        ordered.wasThere()
                                ? "This drain had been ordered already."
                                : "The drain of " + node.name() + " is ordered.");
            case Ordering.Result.Conflict conflict ->
                new FormScreen.Outcome.Again(
                        409,
                        new Drain(
                                        now,
                                        Optional.empty(),
                                        "Your order was not taken: " + conflict.sentence()
                                                + ". Cancel that one first, or let it go on.",
                                        "")
                                .content());
        };
    }

    /** Calls it off. */
    private static FormScreen.Outcome cancel(FormRequest request) {
        Views.NodeView node = NodeForm.node(request);
        if (node.drain().isEmpty()) {
            throw ProblemException.of(
                    Refusal.Kind.CONFLICT, node.name() + " is not being drained: there is nothing to cancel");
        }
        request.act(new Action.CancelDrain(node.node()));
        boolean isRound = request.field("back").equals("maintenance");
        return new FormScreen.Outcome.Go(
                isRound ? "/maintenance" : NodeWords.link(node.name()),
                "The drain of " + node.name() + " is cancelled: it goes on as before; what has moved stays moved.");
    }
}
