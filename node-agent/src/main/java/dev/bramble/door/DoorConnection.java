package dev.bramble.door;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import dev.bramble.trust.Tls;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Serves one connection, on its own virtual thread, until either side has had enough. */
final class DoorConnection {
    private static final Pattern BLOB = Pattern.compile("/v1/blobs/([^/]+)");
    private static final Pattern ENROLMENT = Pattern.compile("/v1/enrolments/([0-9a-f]{1,64})(/reveal)?");

    private final Socket raw;
    private final String address;
    private final Door door;
    private final Patience patience;
    private SSLSocket tls;

    DoorConnection(Socket raw, String address, Door door) {
        this.raw = raw;
        this.address = address;
        this.door = door;
        this.patience = door.watchdog().watch(raw);
    }

    void serve() {
        DoorLimits limits = door.limits();
        patience.limit(limits.handshake());
        try (Wire wire = handshake()) {
            Optional<NodeCertificate> peer = peer();
            if (peer.isEmpty() && !door.strangerEnters()) {
                return;
            }
            try {
                boolean more = true;
                while (more) {
                    patience.limit(limits.idle());
                    more = wire.fill() && serveOne(wire, peer);
                }
                patience.limit(limits.request());
                tls.close();
            } finally {
                if (peer.isEmpty()) {
                    door.strangerLeaves();
                }
            }
        } catch (IOException gone) {
            // The peer broke off, was too slow, or does not speak TLS as we do: its own side tells it why.
        } finally {
            door.watchdog().forget(patience);
            Watchdog.closeQuietly(raw);
        }
    }

    private Wire handshake() throws IOException {
        SSLSocketFactory factory = door.context().getSocketFactory();
        tls = (SSLSocket) factory.createSocket(raw, null, true);
        tls.setUseClientMode(false);
        SSLParameters parameters = Tls.parameters();
        parameters.setWantClientAuth(true);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return new Wire(raw, tls, door.watchdog(), patience, patience);
    }

    private Optional<NodeCertificate> peer() throws IOException {
        try {
            return Optional.of(
                    NodeCertificate.of((X509Certificate) tls.getSession().getPeerCertificates()[0]));
        } catch (SSLPeerUnverifiedException stranger) {
            return Optional.empty();
        } catch (CertificateException impossible) {
            throw new IOException("TLS let a certificate in that names no node", impossible);
        }
    }

    /** Whether another request may follow. */
    private boolean serveOne(Wire wire, Optional<NodeCertificate> peer) throws IOException {
        patience.limit(door.limits().request());
        Exchange exchange;
        try {
            exchange = new Exchange(wire, Heads.readRequest(wire), peer, address, door.limits());
        } catch (Wire.MalformedException malformed) {
            wire.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return false;
        }
        patience.none();
        try {
            route(exchange);
        } catch (RefusedException refused) {
            if (exchange.isAnswered()) {
                return false;
            }
            exchange.refuse(refused.refusal());
        }
        boolean more = exchange.keepsOpen();
        if (!more) {
            exchange.linger();
        }
        return more;
    }

    private void route(Exchange exchange) throws IOException {
        String path = exchange.head().path();
        String method = exchange.head().method();
        Matcher blob = BLOB.matcher(path);
        Matcher enrolment = ENROLMENT.matcher(path);
        if (path.equals("/v1/blobs")) {
            requireMethod(method, "PUT");
            requireMember(exchange);
            door.blobs().put(exchange);
        } else if (blob.matches()) {
            requireMethod(method, "GET");
            requireMember(exchange);
            door.blobs().get(exchange, blob.group(1));
        } else if (path.equals("/v1/join")) {
            requireMethod(method, "POST");
            door.enrolments().admit(exchange);
            door.enrolments().join(exchange);
        } else if (path.equals("/v1/enrolments")) {
            requireMethod(method, "POST");
            door.enrolments().admit(exchange);
            door.enrolments().begin(exchange);
        } else if (enrolment.matches() && enrolment.group(2) != null) {
            requireMethod(method, "POST");
            door.enrolments().admit(exchange);
            door.enrolments().reveal(exchange, enrolment.group(1));
        } else if (enrolment.matches()) {
            requireMethod(method, "GET");
            door.enrolments().admit(exchange);
            door.enrolments().status(exchange, enrolment.group(1));
        } else {
            throw new RefusedException(
                    Refusal.Kind.NOT_FOUND,
                    "this is the door of a Bramble node, for other nodes: people want the dashboard's address");
        }
    }

    private static void requireMethod(String method, String expected) {
        if (!method.equals(expected)) {
            throw new RefusedException(Refusal.Kind.INVALID, "this path wants " + expected + ", not " + method);
        }
    }

    private void requireMember(Exchange exchange) {
        NodeCertificate peer = exchange.peer()
                .orElseThrow(() -> new RefusedException(
                        Refusal.Kind.UNAUTHENTICATED,
                        "blobs are for nodes of this bramble: show a node's certificate"));
        Identity own = door.identity();
        if (own.isRevoked(peer)) {
            throw new RefusedException(
                    Refusal.Kind.FORBIDDEN,
                    "node " + peer.node() + " was forgotten by this bramble: delete its identity and enrol it anew");
        }
    }
}
