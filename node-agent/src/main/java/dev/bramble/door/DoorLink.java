package dev.bramble.door;

import dev.bramble.model.Refusal;
import dev.bramble.trust.Form;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.Tls;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A connection to a door, on the caller's side. */
final class DoorLink implements AutoCloseable {
    private final String door;
    private final SSLSocket tls;
    private final Wire wire;
    private final NodeCertificate peer;

    private DoorLink(String door, SSLSocket tls, Wire wire, NodeCertificate peer) {
        this.door = door;
        this.tls = tls;
        this.wire = wire;
        this.peer = peer;
    }

    /**
     * Connects and shakes hands.
     *
     * @param door host:port
     * @param context decides whom to trust there
     * @throws IOException with a sentence that names the door
     */
    static DoorLink connect(String door, SSLContext context, DoorLimits limits, Watchdog watchdog) throws IOException {
        int colon = door.lastIndexOf(':');
        String host = door.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
        int port;
        try {
            port = Integer.parseInt(door.substring(colon + 1));
        } catch (NumberFormatException malformed) {
            throw new IOException("'" + door + "' is not the address of a door (host:port)", malformed);
        }
        Socket raw = new Socket();
        Patience reading = watchdog.watch(raw);
        Patience writing = watchdog.watch(raw);
        try {
            raw.setTcpNoDelay(true);
            raw.connect(
                    new InetSocketAddress(host, port), (int) limits.connect().toMillis());
            reading.limit(limits.handshake());
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
            tls.setSSLParameters(Tls.parameters());
            tls.startHandshake();
            reading.none();
            NodeCertificate peer =
                    NodeCertificate.of((X509Certificate) tls.getSession().getPeerCertificates()[0]);
            return new DoorLink(door, tls, new Wire(raw, tls, watchdog, reading, writing), peer);
        } catch (IOException | CertificateException failure) {
            watchdog.forget(reading);
            watchdog.forget(writing);
            Watchdog.closeQuietly(raw);
            throw sentence(door, failure, reading.ranOut());
        }
    }

    /** Whatever went wrong, as a sentence about this door. */
    static IOException sentence(String door, Exception failure, boolean ranOut) {
        if (ranOut) {
            return new IOException("the door at " + door + " took too long to answer", failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException untrusted) {
                return new IOException("the door at " + door + " is not trusted: " + untrusted.getMessage(), failure);
            }
            if (cause instanceof EOFException || cause instanceof SocketException) {
                // TLS says "handshake" of whatever ends while it shakes hands, a door that closes included.
                return new IOException("the door at " + door + " cannot be reached: " + cause.getMessage(), failure);
            }
        }
        if (failure instanceof SSLException) {
            return new IOException(
                    "the door at " + door + " refused this node's certificate or does not speak TLS 1.3: "
                            + failure.getMessage(),
                    failure);
        }
        return new IOException("the door at " + door + " cannot be reached: " + failure.getMessage(), failure);
    }

    String door() {
        return door;
    }

    /** Who answers there; checked as the context does. */
    NodeCertificate peer() {
        return peer;
    }

    Wire wire() {
        return wire;
    }

    /** @param headers whole lines, each with its CR LF */
    void send(String method, String path, String headers, byte[] body) throws IOException {
        String head = method + " " + path + " HTTP/1.1\r\nHost: " + door + "\r\n" + headers + "\r\n";
        byte[] text = head.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(text, text.length + body.length);
        System.arraycopy(body, 0, all, text.length, body.length);
        wire.write(all, 0, all.length);
    }

    Heads.Response readHead(Duration wait) throws IOException {
        wire.reading().limit(wait);
        Heads.Response head = Heads.readResponse(wire);
        wire.reading().none();
        return head;
    }

    /** The body of an answer that is a form. */
    Form readForm(Heads.Response head, Duration wait) throws IOException {
        wire.reading().limit(wait);
        byte[] bytes = Body.of(wire, head.headers()).readNBytes(Form.BYTES_MAX + 1);
        wire.reading().none();
        try {
            return Form.parse(bytes);
        } catch (dev.bramble.model.RefusedException noForm) {
            throw new IOException("what answers at " + door + " is not the door of a Bramble node", noForm);
        }
    }

    /** An answer that is not the one hoped for. */
    Refusal readRefusal(Heads.Response head, Duration wait) throws IOException {
        return readForm(head, wait)
                .refusal()
                .orElse(new Refusal(Refusal.Kind.INVALID, "the door at " + door + " answered " + head.status()));
    }

    /** Says goodbye if that goes at once; closes in any case. */
    @Override
    public void close() {
        wire.reading().limit(Duration.ofSeconds(1));
        Watchdog.closeQuietly(tls);
        wire.close();
    }

    /** Without a goodbye, so that the other side sees a broken connection. */
    void abort() {
        wire.close();
    }
}
