package dev.bramble.door;

import dev.bramble.store.BlobStore;
import dev.bramble.trust.EnrolmentDesk;
import dev.bramble.trust.Identity;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * The node's one HTTPS port; what it answers is in the package's description. Each connection has a virtual thread, and
 * nothing a peer does or leaves undone holds one for longer than {@link DoorLimits} allow.
 */
public final class Door implements AutoCloseable {
    /** Connections that the kernel keeps for us while 100 nodes come back from a power cut. */
    private static final int BACKLOG = 128;
    /** When the system has no more files for us, it will not have some a microsecond later. */
    private static final long ACCEPT_PAUSE_MILLIS = 200;

    private final ServerSocket listening;
    private final Identity identity;
    private final SSLContext context;
    private final DoorLimits limits;
    private final BlobRoutes blobs;
    private final EnrolmentRoutes enrolments;
    private final Watchdog watchdog = new Watchdog("door-watchdog");
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> connectionsByAddress = new HashMap<>();
    private final AtomicInteger strangers = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Door(ServerSocket listening, Identity identity, BlobStore blobs, EnrolmentDesk desk, DoorLimits limits) {
        this.listening = listening;
        this.identity = identity;
        this.context = identity.doorContext();
        this.limits = limits;
        this.blobs = new BlobRoutes(blobs, limits);
        this.enrolments = new EnrolmentRoutes(desk, limits);
    }

    /**
     * Opens the door.
     *
     * @param bind where; port 0 takes a free one
     * @throws IOException with a sentence, when the port is taken
     */
    public static Door open(
            InetSocketAddress bind, Identity identity, BlobStore blobs, EnrolmentDesk desk, DoorLimits limits)
            throws IOException {
        ServerSocket listening = new ServerSocket();
        try {
            listening.setReuseAddress(true);
            listening.bind(bind, BACKLOG);
        } catch (BindException taken) {
            listening.close();
            throw new IOException(
                    "the door cannot open at " + bind.getHostString() + ":" + bind.getPort() + " (" + taken.getMessage()
                            + "): is another agent running here? Set another port for the door",
                    taken);
        }
        Door door = new Door(listening, identity, blobs, desk, limits);
        Thread.ofVirtual().name("door").start(door::accept);
        return door;
    }

    /** The port that is open. */
    public int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (closed.getCount() > 0) {
            try {
                receive(listening.accept());
            } catch (IOException outOfFilesOrClosed) {
                pause();
            }
        }
    }

    private void pause() {
        try {
            closed.await(ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(Socket raw) {
        String address = address(raw.getInetAddress());
        if (!enter(raw, address) || closed.getCount() == 0) {
            Watchdog.closeQuietly(raw);
            return;
        }
        Thread.ofVirtual().name("door-" + address).start(() -> {
            try {
                raw.setTcpNoDelay(true);
                new DoorConnection(raw, address, this).serve();
            } catch (IOException gone) {
                Watchdog.closeQuietly(raw);
            } finally {
                leave(raw, address);
            }
        });
    }

    private boolean enter(Socket raw, String address) {
        synchronized (connectionsByAddress) {
            int here = connectionsByAddress.getOrDefault(address, 0);
            if (connections.size() >= limits.connectionsMax() || here >= limits.connectionsPerAddressMax()) {
                return false;
            }
            connectionsByAddress.put(address, here + 1);
            connections.add(raw);
            return true;
        }
    }

    private void leave(Socket raw, String address) {
        synchronized (connectionsByAddress) {
            connections.remove(raw);
            connectionsByAddress.merge(address, -1, (had, less) -> had + less == 0 ? null : had + less);
        }
    }

    /** Who is counted together: an IPv4 address, or the /64 in which an IPv6 host takes new addresses as it likes. */
    static String address(InetAddress address) {
        // All link-local hosts share one prefix.
        if (!(address instanceof Inet6Address) || address.isLinkLocalAddress() || address.isLoopbackAddress()) {
            String text = address.getHostAddress();
            return text.contains("%") ? text.substring(0, text.indexOf('%')) : text;
        }
        byte[] prefix = Arrays.copyOf(Arrays.copyOf(address.getAddress(), 8), 16);
        try {
            return InetAddress.getByAddress(prefix).getHostAddress() + "/64";
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalStateException("16 bytes are an address", impossible);
        }
    }

    boolean strangerEnters() {
        if (strangers.incrementAndGet() <= limits.strangersMax()) {
            return true;
        }
        strangers.decrementAndGet();
        return false;
    }

    void strangerLeaves() {
        strangers.decrementAndGet();
    }

    SSLContext context() {
        return context;
    }

    Identity identity() {
        return identity;
    }

    DoorLimits limits() {
        return limits;
    }

    BlobRoutes blobs() {
        return blobs;
    }

    EnrolmentRoutes enrolments() {
        return enrolments;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /** Connections that are open now. */
    int connections() {
        return connections.size();
    }

    /** Breaks every connection; the port stays open. */
    void cutConnections() {
        connections.forEach(Watchdog::closeQuietly);
    }

    /** Closes the port and every connection; transfers break off. */
    @Override
    public void close() {
        closed.countDown();
        Watchdog.closeQuietly(listening);
        cutConnections();
        watchdog.close();
    }
}
