package dev.bramble.cluster.jgroups;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * One connection, of which JGroups sees only the encrypted side: {@link #connect} ends after the handshake, and the
 * streams are those of TLS.
 *
 * <p>It is the plain socket, with TLS layered upon itself, for three reasons: a stalled write can be ended by closing
 * the plain socket (an {@code SSLSocket}'s own close waits for that very write); JGroups closes an {@code SSLSocket}
 * with a reset, and then its farewell is lost; and a peer that does not belong here becomes one line in the log.
 */
final class TlsSocket extends Socket {
    private static final long NOT_WAITING = Long.MAX_VALUE;

    private final TlsSockets sockets;
    private volatile SSLSocket tls;
    private volatile PeerCheck.Peer peer;
    // When the plain socket is closed unless what goes on now has ended by then.
    private volatile long deadlineNanos = NOT_WAITING;

    private int timesSeenRevoked;

    TlsSocket(TlsSockets sockets) {
        this.sockets = sockets;
    }

    /** Connects and shakes hands, or fails with a {@link SocketException}: JGroups prints traces of anything else. */
    @Override
    public void connect(SocketAddress to, int timeoutMillis) throws IOException {
        super.connect(to, timeoutMillis);
        try {
            shakeHands(true);
        } catch (IOException refused) {
            close();
            sockets.report("no member of this bramble answers at", to, refused);
            throw new SocketException("no handshake with " + to + ": " + refused.getMessage());
        }
    }

    /** Ends within {@link TlsSockets#HANDSHAKE_MAX}, with a proven peer or an exception. */
    void shakeHands(boolean client) throws IOException {
        sockets.opened(this);
        deadlineNanos = System.nanoTime() + TlsSockets.HANDSHAKE_MAX.toNanos();
        try {
            // Without a host and port the JDK finds no session to resume; a resumed one would skip the check below.
            SSLSocket layered = (SSLSocket) sockets.tls().getSocketFactory().createSocket(this, null, -1, true);
            layered.setSSLParameters(TlsSockets.parameters(client));
            layered.setUseClientMode(client);
            layered.startHandshake();
            peer = sockets.peers()
                    .prove((X509Certificate[]) layered.getSession().getPeerCertificates());
            tls = layered;
        } catch (CertificateException unproven) {
            throw new SSLException(unproven.getMessage(), unproven);
        } finally {
            deadlineNanos = NOT_WAITING;
        }
    }

    /** The node at the other end; null before the handshake has ended. */
    PeerCheck.Peer peer() {
        return peer;
    }

    /** How often this was called; by one thread. */
    int countRevoked() {
        return ++timesSeenRevoked;
    }

    boolean isStalled(long nowNanos) {
        long deadline = deadlineNanos;
        return deadline != NOT_WAITING && nowNanos - deadline > 0;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        SSLSocket layered = tls;
        return layered == null ? super.getInputStream() : new QuietInput(layered.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        SSLSocket layered = tls;
        return layered == null ? new TimedOutput(super.getOutputStream()) : layered.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        sockets.closed(this);
        super.close();
    }

    /** Tells a write that has not ended for {@link TlsSockets#WRITE_MAX}: the peer's process stands still. */
    private final class TimedOutput extends FilterOutputStream {
        TimedOutput(OutputStream plain) {
            super(plain);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (tls == null) {
                out.write(bytes, from, length); // a handshake: the whole of it has its own deadline
                return;
            }
            deadlineNanos = System.nanoTime() + TlsSockets.WRITE_MAX.toNanos();
            try {
                out.write(bytes, from, length);
            } finally {
                deadlineNanos = NOT_WAITING;
            }
        }
    }

    /** A connection that ends for whatever reason looks like one that ended: JGroups logs everything else at length. */
    private final class QuietInput extends FilterInputStream {
        QuietInput(InputStream decrypted) {
            super(decrypted);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            try {
                return in.read(bytes, from, length);
            } catch (SocketTimeoutException notYet) {
                throw notYet;
            } catch (IOException ended) {
                if (ended instanceof SSLException) {
                    // In TLS 1.3 the server's judgement of our certificate arrives after the handshake.
                    sockets.report("the connection was ended by", getRemoteSocketAddress(), ended);
                }
                throw new EOFException(ended.getMessage());
            }
        }
    }
}
