package dev.bramble.dashboard.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A stream of server-sent events as it is written. Javalin's own SseClient is not used: a client that leaves over
 * HTTP/2 sends it into an endless loop. For one thread, that of the request; a write fails when the client is gone.
 */
public final class ServerEvents {
    /** Under the time after which the web server, and most proxies, close what is silent. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(10);
    /** After that time a browser that lost the stream asks again, here or where the name leads it. */
    private static final String BEGINNING = "retry: 3000\n\n";

    private final OutputStream out;
    private final StringBuilder pending = new StringBuilder();

    private ServerEvents(OutputStream out) {
        this.out = out;
    }

    /** Sends the head of the answer: what is wrong with the request must be said before. */
    public static ServerEvents begin(Context context) throws IOException {
        context.res().setContentType("text/event-stream;charset=utf-8");
        context.res().setHeader("Cache-Control", "no-store");
        // Some proxies gather an answer before they pass it on.
        context.res().setHeader("X-Accel-Buffering", "no");
        ServerEvents events = new ServerEvents(context.res().getOutputStream());
        events.pending.append(BEGINNING);
        events.flush();
        return events;
    }

    /** Adds an event of this name, to be sent with the next {@link #flush}; the data may have several lines. */
    public ServerEvents event(String name, String data) {
        pending.append("event: ").append(name).append('\n');
        return data(data);
    }

    /** An event with a number, which a client that comes again says. */
    public ServerEvents numbered(long number, String data) {
        pending.append("id: ").append(number).append('\n');
        return data(data);
    }

    /** One with both. */
    public ServerEvents numbered(long number, String name, String data) {
        pending.append("id: ").append(number).append('\n');
        return event(name, data);
    }

    private ServerEvents data(String data) {
        data.lines().forEach(line -> pending.append("data: ").append(line).append('\n'));
        pending.append('\n');
        return this;
    }

    /** Adds what clients skip: it finds out whether they are there. */
    public ServerEvents heartbeat() {
        pending.append(": still here\n\n");
        return this;
    }

    /** Whether something waits to be sent. */
    public boolean hasPending() {
        return !pending.isEmpty();
    }

    public void flush() throws IOException {
        out.write(pending.toString().getBytes(StandardCharsets.UTF_8));
        pending.setLength(0);
        out.flush();
    }
}
