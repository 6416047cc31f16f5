package dev.bramble.dashboard.events;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.ServerEvents;
import dev.bramble.dashboard.http.StreamPlaces;
import dev.bramble.dashboard.http.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Streams of server-sent events: each event of the bramble once and in order, as long as the client stays.
 *
 * <p>A stream ends when a write fails: a client that is gone is noticed with the next heartbeat. Safe for many threads.
 */
public final class EventStreams implements AutoCloseable {
    /** What happens within it is sent together: ten times a second is live to a person. */
    private static final Duration GAP_MIN = Duration.ofMillis(100);
    /** Events read at once: 100 kB. */
    private static final int BATCH_MAX = 200;

    private static final String RESUME_HEADER = "Last-Event-ID";

    private final Control control;
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final StreamPlaces places;

    public EventStreams(Control control, StreamPlaces places) {
        this.control = control;
        this.places = places;
    }

    /** Sends events until the client leaves, its token ends, or the head stops. */
    void serve(ApiRequest request) {
        OptionalLong after = after(request);
        EventRoutes.Wanted wanted = EventRoutes.wanted(request);
        // What is wrong with the question must be said before the answer begins. Another head may have told more.
        if (after.isPresent() && request.read(EventRoutes.Batch::newest) < after.getAsLong()) {
            request.awaitEvent(after.getAsLong(), EventRoutes.BEHIND_WAIT);
            request.read(views -> {
                EventRoutes.requirePossible(views, after.getAsLong());
                return true;
            });
        }
        Start start = request.read(views ->
                new Start(EventRoutes.filter(views, wanted), after.orElseGet(() -> EventRoutes.Batch.newest(views))));
        try (StreamPlaces.Held place = places.hold(request.principal().user(), request::isStillAllowed)) {
            request.takingNoPlace(() -> send(request, start, place));
        }
    }

    private record Start(Views.EventFilter filter, long after) {}

    /** A browser that comes again says what it saw last; that counts more than the address it began with. */
    private static OptionalLong after(ApiRequest request) {
        OptionalLong cursor = EventRoutes.after(request);
        String resumed = request.context().header(RESUME_HEADER);
        if (resumed == null || resumed.isEmpty()) {
            return cursor;
        }
        if (!resumed.matches("[0-9]{1,18}")) {
            request.wrong(RESUME_HEADER, "is no number of an event: send back the id of the last one");
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(resumed));
    }

    private void send(ApiRequest request, Start start, StreamPlaces.Held place) {
        try {
            ServerEvents out = ServerEvents.begin(request.context());
            long seen = start.after();
            long writtenNanos = System.nanoTime();
            while (!stopping.isDone()) {
                Optional<EventRoutes.Batch> batch = next(request, seen, start.filter());
                if (batch.isEmpty()) {
                    return;
                }
                boolean isDue = System.nanoTime() - writtenNanos >= ServerEvents.HEARTBEAT.toNanos();
                if (batch.get().isBeyond()) {
                    if (isDue) {
                        write(out, batch.get());
                        writtenNanos = System.nanoTime();
                    }
                    await(seen, place, EventRoutes.BEHIND_WAIT);
                    if (beginsAnew(out, seen)) {
                        seen = 0;
                    }
                    continue;
                }
                if (!batch.get().events().isEmpty() || isDue) {
                    write(out, batch.get());
                    writtenNanos = System.nanoTime();
                }
                seen = batch.get().last();
                if (!batch.get().isFull()) {
                    await(seen, place, ServerEvents.HEARTBEAT);
                    pause();
                }
            }
        } catch (IOException gone) {
            // The client has left, and nobody is there to be told.
        }
    }

    private void await(long seen, StreamPlaces.Held place, Duration limit) {
        Waiting.await(CompletableFuture.anyOf(
                control.eventsAfter(seen, limit).toCompletableFuture(), place.ended(), stopping));
    }

    /** Says so in an event of its own name, if {@code seen} is gone by a recovery and not yet to come here. */
    private boolean beginsAnew(ServerEvents out, long seen) throws IOException {
        Optional<String> note = Waiting.await(control.read(
                0,
                views -> EventRoutes.Batch.newest(views) < seen && views.isRecovered()
                        ? Optional.of(EventRoutes.anew(views, seen))
                        : Optional.empty()));
        if (note.isPresent()) {
            // The number is what a client says that comes again.
            String data = Json.MAPPER.writeValueAsString(Map.of("text", note.get()));
            out.numbered(0, "anew", data).flush();
        }
        return note.isPresent();
    }

    /** Empty when the caller may not see more. */
    private Optional<EventRoutes.Batch> next(ApiRequest request, long seen, Views.EventFilter filter) {
        return Waiting.await(request.control()
                .read(
                        0,
                        views -> request.isStillAllowed(views)
                                ? Optional.of(EventRoutes.Batch.read(views, OptionalLong.of(seen), BATCH_MAX, filter))
                                : Optional.empty()));
    }

    /** A batch without events is a heartbeat: a comment, which clients skip. */
    private static void write(ServerEvents out, EventRoutes.Batch batch) throws IOException {
        if (batch.events().isEmpty()) {
            out.heartbeat();
        }
        for (Views.EventView event : batch.events()) {
            out.numbered(event.number(), Json.MAPPER.writeValueAsString(EventJson.of(event)));
        }
        out.flush();
    }

    private void pause() {
        try {
            stopping.get(GAP_MIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException goOn) {
            // The gap is over.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends all streams in good order; clients come again, to another head. */
    @Override
    public void close() {
        stopping.complete(null);
    }
}
