package dev.bramble.dashboard.nodes;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.DrainPreview;
import dev.bramble.control.DrainWish;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;

/** The operations about taking nodes out of service. */
public final class DrainRoutes {
    private DrainRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/nodes/{node}/drain", UserRole.VIEWER, DrainRoutes::one),
                Route.put("/nodes/{node}/drain", UserRole.OPERATOR, DrainRoutes::drain),
                Route.delete("/nodes/{node}/drain", UserRole.OPERATOR, DrainRoutes::cancel),
                Route.get("/drains", UserRole.VIEWER, DrainRoutes::list, Page.LIMIT, Page.CURSOR),
                Route.post("/drains", UserRole.OPERATOR, DrainRoutes::drainSeveral),
                Route.post("/drains/preview", UserRole.OPERATOR, DrainRoutes::preview));
    }

    private static void list(ApiRequest request) {
        Page.Wanted wanted = request.page();
        List<DrainJson> drains = request.read(views ->
                views.nodes().stream().flatMap(node -> drainOf(node).stream()).toList());
        request.json(Page.of(drains, DrainJson::name, wanted));
    }

    private static Optional<DrainJson> drainOf(Views.NodeView node) {
        return node.drain().map(drain -> DrainJson.of(node, drain));
    }

    private static void one(ApiRequest request) {
        Views.NodeView node = NodeRoutes.find(request);
        request.json(drainOf(node)
                .orElseThrow(() -> ProblemException.of(
                        Refusal.Kind.NOT_FOUND, node.name() + " is not drained and not being drained: PUT orders it")));
    }

    private static void cancel(ApiRequest request) {
        Views.NodeView node = NodeRoutes.find(request);
        if (node.drain().isEmpty()) {
            throw conflict(node.name() + " is not being drained: there is nothing to cancel");
        }
        request.write(new Action.CancelDrain(node.node()));
    }

    private static void drain(ApiRequest request) {
        Fields body = request.fields();
        String reason = body.requiredText("reason", DrainWish.REASON_CHARS_MAX);
        DrainSpec spec = DrainFields.spec(body);
        body.check();
        List<DrainJson> drains = order(request, List.of(NodeRoutes.find(request)), spec, reason);
        request.json(statusOf(drains), drains.getFirst());
    }

    private static void drainSeveral(ApiRequest request) {
        Fields body = request.fields();
        String reason = body.requiredText("reason", DrainWish.REASON_CHARS_MAX);
        DrainSpec spec = DrainFields.roundSpec(body);
        List<Views.NodeView> nodes = nodes(request, body);
        List<DrainJson> drains = order(request, nodes, spec, reason);
        request.json(statusOf(drains), new Page<>(drains, null));
    }

    private static void preview(ApiRequest request) {
        Fields body = request.fields();
        body.text("reason", DrainWish.REASON_CHARS_MAX);
        DrainSpec spec = DrainFields.roundSpec(body);
        List<Views.NodeView> nodes = nodes(request, body);
        DrainPreview preview = Waiting.await(request.control()
                .previewDrain(nodes.stream().map(Views.NodeView::node).toList(), spec));
        request.json(PreviewJson.of(preview));
    }

    /** Those that the body names; all that is wrong with it is reported here. */
    private static List<Views.NodeView> nodes(ApiRequest request, Fields body) {
        List<String> names = DrainFields.names(body);
        List<String> unknown = request.read(views ->
                names.stream().filter(name -> views.node(name).isEmpty()).toList());
        if (!unknown.isEmpty() && !body.isWrong()) {
            throw NodeRoutes.unknown(unknown);
        }
        List<Views.NodeView> nodes = request.read(
                views -> List.copyOf(DrainFields.known(views, names, body).values()));
        body.check();
        return nodes;
    }

    /** Accepted, until no task can start on any of them. */
    private static int statusOf(List<DrainJson> drains) {
        return drains.stream().allMatch(DrainJson::acknowledged) ? 200 : 202;
    }

    /** Orders the drain, unless it was ordered already with the same words. */
    private static List<DrainJson> order(
            ApiRequest request, List<Views.NodeView> nodes, DrainSpec spec, String reason) {
        List<String> conflicts = SecondOrder.conflicts(nodes, spec, reason);
        if (!conflicts.isEmpty()) {
            throw conflict(String.join("; ", conflicts) + ". Cancel it first, or uncordon the node");
        }
        if (SecondOrder.isSame(nodes, spec, reason)) {
            return nodes.stream().flatMap(node -> drainOf(node).stream()).toList();
        }
        List<NodeId> ids = nodes.stream().map(Views.NodeView::node).toList();
        Control.Done done = request.act(new Action.OrderDrain(ids, spec, reason));
        return request.readAfter(
                done,
                views -> ids.stream()
                        .map(id -> NodeRoutes.node(views, id.value()))
                        .map(node -> drainOf(node)
                                .orElseThrow(() -> conflict("the drain of " + node.name() + " was ordered and has ended"
                                        + " or was cancelled since: look at the node")))
                        .toList());
    }

    private static ProblemException conflict(String sentence) {
        return ProblemException.of(Refusal.Kind.CONFLICT, sentence);
    }
}
