package dev.bramble.dashboard.events;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The operations about what happened. */
public final class EventRoutes {
    /** Names of the query parameters. */
    static final String NODE = "node";

    static final String JOB = "job";
    static final String KIND = "kind";
    static final String WARNINGS = "warnings";

    private final EventStreams streams;

    public EventRoutes(EventStreams streams) {
        this.streams = streams;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/events",
                        UserRole.VIEWER,
                        EventRoutes::list,
                        Page.LIMIT,
                        Page.CURSOR,
                        NODE,
                        JOB,
                        KIND,
                        WARNINGS,
                        Route.WAIT_MILLIS),
                Route.get("/events/stream", UserRole.VIEWER, streams::serve, Page.CURSOR, NODE, JOB, KIND, WARNINGS));
    }

    /** @param last number of the newest event that was looked at, whether it is among the items or not */
    private record EventPage(List<EventJson> items, String next, long last) {}

    private static void list(ApiRequest request) {
        int limit = request.page().limit();
        OptionalLong after = after(request);
        Wanted wanted = wanted(request);
        after.ifPresent(request::awaitEvent);
        Batch batch = request.read(views -> Batch.read(views, after, limit, filter(views, wanted)));
        String next = batch.isFull() && after.isPresent() ? Long.toString(batch.last()) : null;
        request.json(new EventPage(batch.events().stream().map(EventJson::of).toList(), next, batch.last()));
    }

    /** The cursor: number of an event, of which those after it are wanted. */
    static OptionalLong after(ApiRequest request) {
        return request.query(Page.CURSOR).isPresent()
                ? OptionalLong.of(request.number(Page.CURSOR, 0, Long.MAX_VALUE, 0))
                : OptionalLong.empty();
    }

    /** What the caller's parameters say, before the node is looked for. */
    record Wanted(Optional<String> node, Optional<JobId> job, Optional<EventKind> kind, boolean warningsOnly) {}

    static Wanted wanted(ApiRequest request) {
        Optional<JobId> job = request.query(JOB).map(given -> new JobId(request.number(JOB, 1, Long.MAX_VALUE, 1)));
        return new Wanted(request.query(NODE), job, request.word(KIND, EventKind.class), request.flag(WARNINGS));
    }

    static Views.EventFilter filter(Views views, Wanted wanted) {
        return new Views.EventFilter(
                wanted.node().map(given -> node(views, given)), wanted.job(), wanted.kind(), wanted.warningsOnly());
    }

    /** A node that was forgotten lives on in its events, by its id. */
    private static NodeId node(Views views, String given) {
        return views.node(given)
                .map(Views.NodeView::node)
                .or(() -> views.events(OptionalLong.of(0), Integer.MAX_VALUE, Views.EventFilter.ALL).stream()
                        .flatMap(event -> event.nodeId().stream())
                        .filter(id -> id.value().equals(given))
                        .findFirst())
                .orElseThrow(() -> ProblemException.of(
                        Refusal.Kind.NOT_FOUND,
                        "there is no node '" + given + "', and no event is about one: the list of nodes has their"
                                + " names and ids"));
    }

    /**
     * Events that are sent together.
     *
     * @param last number of the newest that was looked at
     * @param isFull whether there may be more that are wanted
     */
    record Batch(List<Views.EventView> events, long last, boolean isFull) {
        /** For use in a question. */
        static Batch read(Views views, OptionalLong after, int limit, Views.EventFilter filter) {
            List<Views.EventView> events = views.events(after, limit, filter);
            boolean isFull = events.size() == limit;
            long newest = newest(views);
            long last = isFull && after.isPresent() ? events.getLast().number() : Math.max(newest, after.orElse(0));
            return new Batch(events, last, isFull);
        }

        static long newest(Views views) {
            List<Views.EventView> newest = views.events(OptionalLong.empty(), 1, Views.EventFilter.ALL);
            return newest.isEmpty() ? 0 : newest.getLast().number();
        }
    }
}
