package dev.bramble.dashboard.nodes;

import dev.bramble.control.Action;
import dev.bramble.control.DrainWish;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The operations about nodes and voters. */
public final class NodeRoutes {
    private NodeRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/nodes", UserRole.VIEWER, NodeRoutes::list, Page.LIMIT, Page.CURSOR),
                Route.get("/nodes/{node}", UserRole.VIEWER, NodeRoutes::one),
                Route.delete("/nodes/{node}", UserRole.ADMIN, NodeRoutes::forget),
                Route.put("/nodes/{node}/cordon", UserRole.OPERATOR, NodeRoutes::cordon),
                Route.delete("/nodes/{node}/cordon", UserRole.OPERATOR, NodeRoutes::uncordon),
                Route.put("/nodes/{node}/locate", UserRole.OPERATOR, NodeRoutes::locate),
                Route.delete("/nodes/{node}/locate", UserRole.OPERATOR, NodeRoutes::endLocate),
                Route.post("/nodes/{node}/adopt", UserRole.OPERATOR, NodeRoutes::adopt),
                Route.get("/voters", UserRole.VIEWER, NodeRoutes::voters, Page.LIMIT, Page.CURSOR),
                Route.post("/voters/{node}/move", UserRole.ADMIN, NodeRoutes::moveVote));
    }

    private static void list(ApiRequest request) {
        NodeJson.Around around = request.read(NodeJson.Around::of);
        request.list(Views::nodes, Views.NodeView::name, node -> NodeJson.of(node, around));
    }

    private static void one(ApiRequest request) {
        request.json(NodeJson.of(find(request), request.read(NodeJson.Around::of)));
    }

    private static void forget(ApiRequest request) {
        request.write(new Action.ForgetNode(find(request).node()));
    }

    private static void cordon(ApiRequest request) {
        Fields body = request.fields();
        String reason = body.requiredText("reason", DrainWish.REASON_CHARS_MAX);
        body.check();
        request.write(new Action.SetStanding(find(request).node(), NodeStanding.CORDONED, reason));
    }

    private static void uncordon(ApiRequest request) {
        NodeId node = find(request).node();
        request.write(new Action.SetStanding(node, NodeStanding.READY, ""));
    }

    private static void locate(ApiRequest request) {
        Fields body = request.fields();
        long seconds = body.number("seconds", 1, Action.Locate.LENGTH_MAX.toSeconds())
                .orElse(Action.Locate.LENGTH.toSeconds());
        body.check();
        request.write(new Action.Locate(find(request).node(), Optional.of(Duration.ofSeconds(seconds))));
    }

    private static void endLocate(ApiRequest request) {
        request.write(new Action.Locate(find(request).node(), Optional.empty()));
    }

    private static void adopt(ApiRequest request) {
        request.write(new Action.AdoptBoard(find(request).node()));
    }

    /** The node that a path names. */
    static Views.NodeView find(ApiRequest request) {
        String idOrName = request.context().pathParam("node");
        return request.read(views -> node(views, idOrName));
    }

    /** The node, by name or id. For use in a question. */
    public static Views.NodeView node(Views views, String idOrName) {
        return views.node(idOrName).orElseThrow(() -> unknown(List.of(idOrName)));
    }

    /** No node is called so. */
    static ProblemException unknown(List<String> names) {
        String all = names.stream().distinct().map(name -> "'" + name + "'").collect(Collectors.joining(" or "));
        return ProblemException.of(
                Refusal.Kind.NOT_FOUND, "there is no node " + all + ": the list of nodes has their names and ids");
    }

    private static void moveVote(ApiRequest request) {
        Fields body = request.fields();
        String to = body.requiredText("to", DrainFields.NAME_CHARS_MAX);
        body.check();
        List<String> names = List.of(request.context().pathParam("node"), to);
        List<String> unknown = request.read(views ->
                names.stream().filter(name -> views.node(name).isEmpty()).toList());
        if (!unknown.isEmpty()) {
            throw unknown(unknown);
        }
        List<NodeId> nodes = request.read(
                views -> names.stream().map(name -> node(views, name).node()).toList());
        request.write(new Action.MoveVote(nodes.getFirst(), nodes.getLast()));
    }

    private record VoterJson(
            String node, String name, boolean leader, boolean up, String address, String storage, String trouble) {
        static VoterJson of(Views.VoterView voter) {
            return new VoterJson(
                    voter.node().value(),
                    voter.name(),
                    voter.leader(),
                    voter.up(),
                    voter.address(),
                    voter.storage(),
                    voter.trouble());
        }
    }

    private static void voters(ApiRequest request) {
        request.list(Views::voters, Views.VoterView::name, VoterJson::of);
    }
}
