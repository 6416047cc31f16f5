package dev.bramble.dashboard.topology;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.racks.RackReader;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Bodies;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.NodeId;
import dev.bramble.model.Problem;
import dev.bramble.model.UserRole;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The operations about where boards stand. */
public final class RackRoutes {
    private static final String DOCUMENT = "document";

    private RackRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/racks", UserRole.VIEWER, request -> request.json(request.read(RackJson::of))),
                Route.put("/racks", UserRole.OPERATOR, RackRoutes::set));
    }

    private static void set(ApiRequest request) {
        Bodies.requireType(request.context(), Json.CONTENT_TYPE);
        byte[] body = request.body(RackReader.TEXT_BYTES_MAX);
        JsonNode json = Bodies.json(body);
        boolean isDocument = json.isObject() && json.has(DOCUMENT);
        if (isDocument && (json.size() != 1 || !json.get(DOCUMENT).isString())) {
            throw ProblemException.wrong(
                    "the field document is the whole layout as one text, and stands alone",
                    List.of(new Problem(DOCUMENT, "must be a text, without other fields beside it")));
        }
        // JSON is a part of YAML: one reader, and mistakes are told with their lines.
        String text = isDocument ? json.get(DOCUMENT).asString() : new String(body, StandardCharsets.UTF_8);
        RackReader.Document document = read(text, request.read(RackRoutes::names));
        long version = document.version()
                .orElseThrow(() -> ProblemException.wrong(
                        "the layout does not say from which version it was made: send the version that you read,"
                                + " or 0 when there is none yet",
                        List.of(new Problem("version", "is missing"))));
        Control.Done done = request.act(new Action.SetRacks(document.layout(), version));
        request.json(request.readAfter(done, RackJson::of));
    }

    /** All nodes, by name. */
    static SortedMap<String, NodeId> names(Views views) {
        SortedMap<String, NodeId> names = new TreeMap<>();
        views.nodes().forEach(node -> names.put(node.name(), node.node()));
        return names;
    }

    private static RackReader.Document read(String text, SortedMap<String, NodeId> nodes) {
        Problems problems = new Problems();
        Optional<RackReader.Document> document = RackReader.read(text, nodes, problems);
        return document.orElseThrow(
                () -> ProblemException.wrong("the rack layout cannot be kept as it is", problems.list()));
    }
}
