package dev.bramble.cluster.jgroups;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jgroups.util.DefaultSocketFactory;

/** Makes every socket of the cluster, each of them in mutual TLS 1.3, and ends those that stand still. */
final class TlsSockets extends DefaultSocketFactory implements AutoCloseable {
    /** A Pi that boots with four busy cores takes seconds for its first handshakes, with everybody at once. */
    static final Duration HANDSHAKE_MAX = Duration.ofSeconds(5);

    /**
     * A write that takes longer has a peer that stands still: ended, so that nothing waits behind it when the failure
     * detector excludes that peer a second later.
     */
    static final Duration WRITE_MAX = Duration.ofSeconds(3);

    private static final int SECONDS_TO_SAY_WHY = 3;

    private static final Duration SWEEP_EVERY = Duration.ofMillis(250);

    private static final Logger LOG = Logger.getLogger(TlsSockets.class.getName());

    private final ClusterSettings.Credentials credentials;
    private final Set<TlsSocket> open = ConcurrentHashMap.newKeySet();
    private final Seldom complaints = new Seldom(Duration.ofMinutes(1));
    private final Thread sweeper;

    TlsSockets(ClusterSettings.Credentials credentials) {
        super(null, null); // what is not overridden below would make a socket without TLS, and so fails
        this.credentials = credentials;
        this.sweeper = Thread.ofVirtual().name("cluster-sockets").start(this::sweep);
    }

    /** TLS 1.3 only, and ChaCha20 first: a Pi 4 has no AES instructions. */
    static SSLParameters parameters(boolean client) {
        SSLParameters parameters = new SSLParameters(
                new String[] {"TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"}, new String[] {"TLSv1.3"});
        parameters.setUseCipherSuitesOrder(true);
        if (!client) {
            parameters.setNeedClientAuth(true);
        }
        return parameters;
    }

    SSLContext tls() {
        return credentials.tls();
    }

    PeerCheck peers() {
        return credentials.peers();
    }

    @Override
    public Socket createSocket(String use) {
        return new TlsSocket(this);
    }

    @Override
    public ServerSocket createServerSocket(String use) throws IOException {
        return new TlsServerSocket(this);
    }

    void opened(TlsSocket socket) {
        open.add(socket);
    }

    void closed(TlsSocket socket) {
        open.remove(socket);
    }

    /** Whether somebody has connected, or has been reached, whose proof is not complete. */
    boolean isShakingHands() {
        return open.stream().anyMatch(socket -> socket.peer() == null);
    }

    /**
     * Called once a second: ends the connections of peers that are revoked by now, after a few seconds in which they
     * are told why. Nothing that they send is heard in that time.
     */
    void endRevoked() {
        for (TlsSocket socket : open) {
            PeerCheck.Peer peer = socket.peer();
            if (peer != null && peers().isRevoked(peer) && socket.countRevoked() > SECONDS_TO_SAY_WHY) {
                end(socket);
            }
        }
    }

    /** One line for people about a peer that does not belong here, or to which we do not. */
    void report(String what, SocketAddress address, IOException why) {
        InetAddress host = address instanceof InetSocketAddress internet ? internet.getAddress() : null;
        Throwable cause = cause(why);
        if (host == null || !(why instanceof SSLException) || cause instanceof EOFException) {
            return; // it only went away
        }
        if (complaints.isDue(host)) {
            LOG.warning(() -> what + " " + address + ": " + cause.getMessage());
        }
    }

    /** TLS wraps the sentence that matters: the check's own, or else the innermost. */
    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof CertificateException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private void sweep() {
        try {
            while (true) {
                Thread.sleep(SWEEP_EVERY);
                long now = System.nanoTime();
                open.stream().filter(socket -> socket.isStalled(now)).forEach(TlsSockets::end);
            }
        } catch (InterruptedException closing) {
            // The cluster is closed.
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // It is closed either way.
        }
    }

    /** Ends all connections. */
    @Override
    public void close() {
        sweeper.interrupt();
        open.forEach(TlsSockets::end);
    }
}
