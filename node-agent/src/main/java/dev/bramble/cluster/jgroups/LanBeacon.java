package dev.bramble.cluster.jgroups;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Logger;

/**
 * Tells the local network where this member listens, and hears others say so. Plain datagrams: all that a lie achieves
 * is a connection to a wrong address, which fails in its handshake. JGroups' own MPING is not used: it believes what a
 * datagram says about which address belongs to which member, and a lie there cuts that member off.
 */
final class LanBeacon implements AutoCloseable {
    /** From the block for use within a site; routers do not pass it on. */
    static final String GROUP = "239.255.66.114";

    static final int PORT = 7867;
    private static final String MAGIC = "bramble beacon 1";
    static final int DATAGRAM_BYTES_MAX = 512;

    /** While a board looks for company. */
    private static final Duration EAGER_EVERY = Duration.ofMillis(500);

    private static final int EAGER_TIMES = 20;

    /** Afterwards: finds the other half of a split that is over, at the cost of one small datagram. */
    private static final Duration STEADY_EVERY = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(LanBeacon.class.getName());

    private final MulticastSocket socket;
    private final String cluster;
    private final Consumer<InetSocketAddress> heard;
    private final DatagramPacket message;
    private final Thread sender;

    private LanBeacon(MulticastSocket socket, ClusterSettings settings, Consumer<InetSocketAddress> heard)
            throws IOException {
        this.socket = socket;
        this.cluster = settings.cluster();
        this.heard = heard;
        byte[] bytes = Introduction.bytes(out -> {
            out.writeUTF(MAGIC);
            out.writeUTF(cluster);
            out.writeInt(settings.listen().getPort());
            // For those that are in no bramble yet; earlier releases do not read so far.
            out.writeUTF(settings.self().door());
        });
        this.message = new DatagramPacket(bytes, bytes.length, InetAddress.getByName(GROUP), PORT);
        Thread.ofVirtual().name("cluster-beacon-in").start(this::receiveAll);
        this.sender = Thread.ofVirtual().name("cluster-beacon-out").start(this::sendAll);
    }

    /**
     * Starts, on the interface that the cluster listens on; a network without multicast is reported, and lived with.
     */
    static AutoCloseable start(ClusterSettings settings, Consumer<InetSocketAddress> heard) {
        MulticastSocket socket = null;
        try {
            socket = new MulticastSocket(PORT);
            NetworkInterface network =
                    NetworkInterface.getByInetAddress(settings.listen().getAddress());
            socket.setNetworkInterface(network);
            socket.joinGroup(new InetSocketAddress(GROUP, PORT), network);
            return new LanBeacon(socket, settings, heard);
        } catch (IOException noMulticast) {
            LOG.warning(() -> "members of the local network are not found by themselves, only at configured addresses: "
                    + noMulticast.getMessage());
            if (socket != null) {
                socket.close();
            }
            return () -> {};
        }
    }

    private void sendAll() {
        try {
            for (int sent = 0; !socket.isClosed(); sent++) {
                try {
                    socket.send(message);
                } catch (IOException linkDown) {
                    LOG.fine(() -> "a beacon was not sent: " + linkDown.getMessage());
                }
                Thread.sleep(sent < EAGER_TIMES ? EAGER_EVERY : STEADY_EVERY);
            }
        } catch (InterruptedException closing) {
            // The cluster is closed.
        }
    }

    private void receiveAll() {
        byte[] bytes = new byte[DATAGRAM_BYTES_MAX];
        while (!socket.isClosed()) {
            try {
                var packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                byte[] content = Arrays.copyOf(bytes, packet.getLength());
                port(content).ifPresent(port -> heard.accept(new InetSocketAddress(packet.getAddress(), port)));
            } catch (IOException closedOrGone) {
                LOG.fine(() -> "no beacon was received: " + closedOrGone.getMessage());
            }
        }
    }

    /**
     * Where strangers may knock, by the beacon of a member of any bramble; empty for what is none, and for members that
     * have no door.
     */
    static Optional<Door> door(byte[] content) {
        try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
            if (!in.readUTF().equals(MAGIC)) {
                return Optional.empty();
            }
            String bramble = in.readUTF();
            in.readInt();
            String door = in.readUTF();
            return door.isEmpty() ? Optional.empty() : Optional.of(new Door(bramble, door));
        } catch (IOException notOurs) {
            return Optional.empty();
        }
    }

    /** @param address {@code host:port} */
    record Door(String bramble, String address) {}

    private java.util.OptionalInt port(byte[] content) {
        try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
            boolean ours = in.readUTF().equals(MAGIC) && in.readUTF().equals(cluster);
            int port = ours ? in.readInt() : 0;
            return port > 0 && port < 65_536 ? java.util.OptionalInt.of(port) : java.util.OptionalInt.empty();
        } catch (IOException notOurs) {
            return java.util.OptionalInt.empty();
        }
    }

    @Override
    public void close() {
        sender.interrupt();
        socket.close();
    }
}
