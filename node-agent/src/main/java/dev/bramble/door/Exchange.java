package dev.bramble.door;

import dev.bramble.model.Refusal;
import dev.bramble.trust.Form;
import dev.bramble.trust.NodeCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One request and its answer, on the door's side. */
final class Exchange {
    private final Wire wire;
    private final Heads.Request head;
    private final Body body;
    private final Optional<NodeCertificate> peer;
    private final String address;
    private final DoorLimits limits;
    private boolean answered;
    private boolean continued;

    Exchange(Wire wire, Heads.Request head, Optional<NodeCertificate> peer, String address, DoorLimits limits)
            throws IOException {
        this.wire = wire;
        this.head = head;
        this.body = Body.of(wire, head.headers());
        this.peer = peer;
        this.address = address;
        this.limits = limits;
    }

    Heads.Request head() {
        return head;
    }

    /** Proven by TLS; empty for a stranger. Says nothing of revocation. */
    Optional<NodeCertificate> peer() {
        return peer;
    }

    String address() {
        return address;
    }

    Wire wire() {
        return wire;
    }

    /** The request's body; tells a client that waits for it to go on. */
    Body body() throws IOException {
        if (head.expectsContinue() && !continued && !body.hasEnded()) {
            wire.write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        continued = true;
        return body;
    }

    /** The body as a form, in the time that a request may take. */
    Form form() throws IOException {
        wire.reading().limit(limits.request());
        byte[] bytes = body().readNBytes(Form.BYTES_MAX + 1);
        wire.reading().none();
        return Form.parse(bytes);
    }

    void answer(int status, Form form) throws IOException {
        answer(status, form, "");
    }

    /** @param headers whole lines, each with its CR LF */
    void answer(int status, Form form, String headers) throws IOException {
        byte[] bytes = form.encode();
        wire.writing().limit(limits.request());
        begin(status, bytes.length, "Content-Type: text/plain; charset=utf-8\r\n" + headers, bytes);
        wire.writing().none();
    }

    void refuse(Refusal refusal) throws IOException {
        answer(status(refusal.kind()), Form.of(refusal));
    }

    /** The head of an answer whose bytes the caller writes next. */
    void begin(int status, long bodyBytes, String headers) throws IOException {
        begin(status, bodyBytes, headers, new byte[0]);
    }

    // Head and body in one write: one TLS record, and no second packet that waits for the first one's acknowledgement.
    private void begin(int status, long bodyBytes, String headers, byte[] body) throws IOException {
        String head = "HTTP/1.1 " + status + " " + phrase(status) + "\r\nContent-Length: " + bodyBytes + "\r\n"
                + headers + (keepsOpen() ? "" : "Connection: close\r\n") + "\r\n";
        byte[] text = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[text.length + body.length];
        System.arraycopy(text, 0, all, 0, text.length);
        System.arraycopy(body, 0, all, text.length, body.length);
        answered = true;
        wire.write(all, 0, all.length);
    }

    boolean isAnswered() {
        return answered;
    }

    /** Whether another request may follow: strangers get one connection a request, and a body must have been read. */
    boolean keepsOpen() {
        return peer.isPresent() && body.hasEnded() && !head.asksToClose();
    }

    /** Reads away what the peer still sends, so that it gets round to reading the answer. */
    void linger() throws IOException {
        if (body.hasEnded() || (head.expectsContinue() && !continued)) {
            return;
        }
        wire.reading().limit(limits.request());
        byte[] thrown = new byte[16 << 10];
        while (body.read(thrown, 0, thrown.length) >= 0) {
            // The limit above ends it.
        }
    }

    private static int status(Refusal.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case LIMIT -> 429;
            case UNAVAILABLE -> 503;
        };
    }

    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 206 -> "Partial Content";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 416 -> "Range Not Satisfiable";
            case 429 -> "Too Many Requests";
            case 503 -> "Service Unavailable";
            case 507 -> "Insufficient Storage";
            default -> "Answer";
        };
    }
}
