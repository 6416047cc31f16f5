package dev.bramble.cluster.jgroups;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Hands out only connections whose peer is proven. JGroups accepts and greets in one thread, so a stranger who connects
 * and says nothing would keep everybody else waiting; here each handshake has a thread of its own and a deadline.
 */
final class TlsServerSocket extends ServerSocket {
    /**
     * Handshakes under way. A hundred boards that start at once must not wait long; each costs about 100 kB and some
     * milliseconds of a core, which bounds what a flood of strangers can cost.
     */
    private static final int HANDSHAKES_MAX = 64;

    /** How often a waiting {@link #accept} looks whether the socket was closed. */
    private static final long CLOSE_CHECK_MILLIS = 200;

    private final TlsSockets sockets;
    private final Semaphore handshakes = new Semaphore(HANDSHAKES_MAX);
    private final BlockingQueue<TlsSocket> proven = new ArrayBlockingQueue<>(HANDSHAKES_MAX);

    TlsServerSocket(TlsSockets sockets) throws IOException {
        this.sockets = sockets;
    }

    @Override
    public void bind(SocketAddress address, int backlog) throws IOException {
        super.bind(address, backlog);
        Thread.ofVirtual().name("cluster-door").start(this::acceptAll);
    }

    private void acceptAll() {
        while (!isClosed()) {
            TlsSocket socket = new TlsSocket(sockets);
            try {
                implAccept(socket);
            } catch (IOException closedOrGone) {
                continue;
            }
            if (handshakes.tryAcquire()) {
                Thread.ofVirtual().name("cluster-handshake").start(() -> shakeHands(socket));
            } else {
                close(socket);
            }
        }
    }

    private void shakeHands(TlsSocket socket) {
        try {
            socket.shakeHands(false);
            if (isClosed() || !proven.offer(socket)) {
                close(socket);
            }
        } catch (IOException refused) {
            sockets.report("refused a connection from", socket.getRemoteSocketAddress(), refused);
            close(socket);
        } finally {
            handshakes.release();
        }
    }

    @Override
    public Socket accept() throws IOException {
        try {
            while (!isClosed()) {
                TlsSocket socket = proven.poll(CLOSE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
                if (socket != null) {
                    return socket;
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        throw new SocketException("closed");
    }

    @Override
    public void close() throws IOException {
        super.close();
        for (TlsSocket waiting = proven.poll(); waiting != null; waiting = proven.poll()) {
            close(waiting);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // It is closed either way.
        }
    }
}
