package dev.bramble.dashboard.events;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.model.Refusal;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
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
 * <p>A stream is the virtual thread of its own request, which sleeps between events and holds no place that other
 * requests need; it ends when a write fails, and a client that is gone is noticed with the next heartbeat. Javalin's
 * own SseClient is not used: a client that leaves over HTTP/2 sends it into an endless loop. Safe for many threads.
 */
public final class EventStreams implements AutoCloseable {
    /** Half of those who may wait on the control port at once; a stream costs some 20 kB, and a connection or less. */
    static final int STREAMS_MAX = 128;
    /** One user's open tabs, or a script that forgets to close, leave room for others. */
    static final int STREAMS_OF_USER_MAX = 32;
    /** Under the time after which the web server, and most proxies, close what is silent. */
    static final Duration HEARTBEAT = Duration.ofSeconds(10);
    /** What happens within it is sent together: ten times a second is live to a person. */
    private static final Duration GAP_MIN = Duration.ofMillis(100);
    /** Events read at once: 100 kB. */
    private static final int BATCH_MAX = 200;
    /** After that time a browser that lost the stream asks again, here or where the name leads it. */
    private static final String BEGINNING = "retry: 3000\n\n";

    private static final String RESUME_HEADER = "Last-Event-ID";

    private final Control control;
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final Map<String, Integer> openOfUser = new HashMap<>();
    private int open;

    public EventStreams(Control control) {
        this.control = control;
    }

    /** Sends events until the client leaves, its token ends, or the head stops. */
    void serve(ApiRequest request) {
        OptionalLong after = after(request);
        EventRoutes.Wanted wanted = EventRoutes.wanted(request);
        // What is wrong with the question must be said before the answer begins.
        Start start = request.read(views ->
                new Start(EventRoutes.filter(views, wanted), after.orElseGet(() -> EventRoutes.Batch.newest(views))));
        String user = request.principal().user();
        open(user);
        try {
            request.takingNoPlace(() -> send(request, start));
        } finally {
            close(user);
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

    private synchronized void open(String user) {
        int ofUser = openOfUser.getOrDefault(user, 0);
        if (open >= STREAMS_MAX || ofUser >= STREAMS_OF_USER_MAX) {
            String whose = ofUser >= STREAMS_OF_USER_MAX ? user + " has " + ofUser : "this head has " + open;
            throw ProblemException.of(
                    Refusal.Kind.UNAVAILABLE,
                    whose + " streams of events open, and no more are served: close one, ask another head, or read"
                            + " /events");
        }
        open++;
        openOfUser.put(user, ofUser + 1);
    }

    private synchronized void close(String user) {
        open--;
        openOfUser.computeIfPresent(user, (same, count) -> count == 1 ? null : count - 1);
    }

    private void send(ApiRequest request, Start start) {
        try {
            OutputStream out = begin(request.context());
            long seen = start.after();
            long writtenNanos = System.nanoTime();
            while (!stopping.isDone()) {
                Optional<EventRoutes.Batch> batch = next(request, seen, start.filter());
                if (batch.isEmpty()) {
                    return;
                }
                boolean isDue = System.nanoTime() - writtenNanos >= HEARTBEAT.toNanos();
                if (batch.get().isBeyond()) {
                    if (isDue) {
                        write(out, batch.get());
                        writtenNanos = System.nanoTime();
                    }
                    await(seen, EventRoutes.BEHIND_WAIT);
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
                    await(seen, HEARTBEAT);
                    pause();
                }
            }
        } catch (IOException gone) {
            // The client has left, and nobody is there to be told.
        }
    }

    private void await(long seen, Duration limit) {
        Waiting.await(CompletableFuture.anyOf(control.eventsAfter(seen, limit).toCompletableFuture(), stopping));
    }

    /** Says so in an event of its own name, if {@code seen} is gone by a recovery and not yet to come here. */
    private boolean beginsAnew(OutputStream out, long seen) throws IOException {
        Optional<String> note = Waiting.await(control.read(
                0,
                views -> EventRoutes.Batch.newest(views) < seen && views.isRecovered()
                        ? Optional.of(EventRoutes.anew(views, seen))
                        : Optional.empty()));
        if (note.isPresent()) {
            // The number is what a client says that comes again.
            String data = Json.MAPPER.writeValueAsString(Map.of("text", note.get()));
            out.write(("id: 0\nevent: anew\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
        return note.isPresent();
    }

    private static OutputStream begin(Context context) throws IOException {
        context.res().setContentType("text/event-stream;charset=utf-8");
        context.res().setHeader("Cache-Control", "no-store");
        // Some proxies gather an answer before they pass it on.
        context.res().setHeader("X-Accel-Buffering", "no");
        OutputStream out = context.res().getOutputStream();
        out.write(BEGINNING.getBytes(StandardCharsets.UTF_8));
        out.flush();
        return out;
    }

    /** Empty when the caller may not see more. */
    private Optional<EventRoutes.Batch> next(ApiRequest request, long seen, Views.EventFilter filter) {
        return Waiting.await(control.read(
                0,
                views -> request.isStillAllowed(views)
                        ? Optional.of(EventRoutes.Batch.read(views, OptionalLong.of(seen), BATCH_MAX, filter))
                        : Optional.empty()));
    }

    /** A batch without events is a heartbeat: a comment, which clients skip. */
    private static void write(OutputStream out, EventRoutes.Batch batch) throws IOException {
        StringBuilder text = new StringBuilder(batch.events().isEmpty() ? ": still here\n\n" : "");
        for (Views.EventView event : batch.events()) {
            text.append("id: ")
                    .append(event.number())
                    .append("\ndata: ")
                    .append(Json.MAPPER.writeValueAsString(EventJson.of(event)))
                    .append("\n\n");
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
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
