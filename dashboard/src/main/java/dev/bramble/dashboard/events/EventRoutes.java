package dev.bramble.dashboard.events;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.time.Duration;
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
    static final String BEFORE = "before";

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
                        BEFORE,
                        NODE,
                        JOB,
                        KIND,
                        WARNINGS,
                        Route.WAIT_MILLIS),
                Route.get("/events/stream", UserRole.VIEWER, streams::serve, Page.CURSOR, NODE, JOB, KIND, WARNINGS));
    }

    /**
     * A head may be behind another that said more: by so much, as for a read that waits for an entry. If the newest
     * event is still before a cursor then, the numbers have gone back by a recovery of the ledger, or the head is
     * further behind.
     */
    static final Duration BEHIND_WAIT = Duration.ofSeconds(2);

    /**
     * @param last number of the newest event that was looked at, whether it is among the items or not
     * @param older what to ask for as {@code before} to get those before the items; null when there are none, and of a
     *     list that began at a cursor
     * @param note what the caller should know beside; mostly null
     */
    private record EventPage(List<EventJson> items, String next, Long older, long last, String note) {}

    private static void list(ApiRequest request) {
        int limit = request.page().limit();
        OptionalLong after = after(request);
        Wanted wanted = wanted(request);
        if (request.query(BEFORE).isPresent()) {
            listOlder(request, request.number(BEFORE, 1, Long.MAX_VALUE, 1), wanted);
            return;
        }
        if (after.isPresent() && request.read(Batch::newest) < after.getAsLong()) {
            request.awaitEvent(after.getAsLong(), BEHIND_WAIT);
        } else {
            after.ifPresent(request::awaitEvent);
        }
        Told told = request.read(views -> {
            Views.EventFilter filter = filter(views, wanted);
            Batch batch = Batch.read(views, after, limit, filter);
            if (batch.isBeyond() && !views.isRecovered()) {
                requirePossible(views, after.getAsLong());
                throw ProblemException.of(Refusal.Kind.UNAVAILABLE, behind(views, after.getAsLong()));
            }
            return batch.isBeyond()
                    ? new Told(
                            Batch.read(views, OptionalLong.of(0), limit, filter), null, anew(views, after.getAsLong()))
                    : new Told(batch, after.isPresent() ? null : older(views, batch.events(), filter), null);
        });
        request.json(told.json(after.isPresent()));
    }

    private static void listOlder(ApiRequest request, long before, Wanted wanted) {
        if (request.query(Page.CURSOR).isPresent()) {
            request.wrong(BEFORE, "goes back and cursor goes on: give one of them");
        }
        int limit = request.page().limit();
        Told told = request.read(views -> {
            Views.EventFilter filter = filter(views, wanted);
            List<Views.EventView> events = views.eventsBefore(before, limit, filter);
            return new Told(new Batch(events, Batch.newest(views), false, false), older(views, events, filter), null);
        });
        request.json(told.json(false));
    }

    /** Null when nothing that is wanted is older than these. */
    private static Long older(Views views, List<Views.EventView> events, Views.EventFilter filter) {
        if (events.isEmpty()) {
            return null;
        }
        long oldest = events.getFirst().number();
        return views.eventsBefore(oldest, 1, filter).isEmpty() ? null : oldest;
    }

    /**
     * Refuses a cursor that nobody can have been given: this head has all that there is, and still nothing of that
     * number.
     */
    static void requirePossible(Views views, long after) {
        if (Batch.newest(views) < after && views.isCaughtUp() && !views.isRecovered()) {
            String sentence = "there is no event " + after + " in this bramble, the newest is " + Batch.newest(views)
                    + ": leave it out to begin with what happens now, or give 0 for all that is kept";
            throw ProblemException.unreadable(sentence, List.of(new Problem(Page.CURSOR, sentence)));
        }
    }

    /** What a caller is told whose cursor is beyond the newest event. */
    static String anew(Views views, long after) {
        return "there is no event " + after + " any more, the newest is " + Batch.newest(views)
                + ": the ledger was recovered from an older copy; all that there is follows";
    }

    private static String behind(Views views, long after) {
        return "this head is behind: its newest event is " + Batch.newest(views) + ", and those after event " + after
                + " were asked for; try again, or ask another head";
    }

    private record Told(Batch batch, Long older, String note) {
        EventPage json(boolean isAfterCursor) {
            String next = batch.isFull() && isAfterCursor ? Long.toString(batch.last()) : null;
            return new EventPage(batch.events().stream().map(EventJson::of).toList(), next, older, batch.last(), note);
        }
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
     * @param isBeyond whether the cursor is beyond the newest
     */
    record Batch(List<Views.EventView> events, long last, boolean isFull, boolean isBeyond) {
        /** For use in a question. */
        static Batch read(Views views, OptionalLong after, int limit, Views.EventFilter filter) {
            List<Views.EventView> events = views.events(after, limit, filter);
            boolean isFull = events.size() == limit;
            long newest = newest(views);
            long last = isFull && after.isPresent() ? events.getLast().number() : Math.max(newest, after.orElse(0));
            return new Batch(events, last, isFull, newest < after.orElse(0));
        }

        static long newest(Views views) {
            return views.newestEvent();
        }
    }
}
