package dev.bramble.cluster.jgroups;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Hears where brambles let boards in, for one that is in none. What is heard may be a lie: whoever asks there is
 * admitted only where a person compared the code that this board shows.
 */
public final class LanDoors {
    /** Members say it every five seconds. */
    private static final Duration LONGEST = Duration.ofSeconds(6);
    /** More than a liar needs, and few enough to ask one after the other. */
    private static final int DOORS_MAX = 16;

    private LanDoors() {}

    /**
     * Listens for some seconds; blocks.
     *
     * @param own address of this board in the network to listen to
     * @return doors ({@code host:port}) of one bramble
     * @throws IOException with a sentence, where none is heard or those of several
     */
    public static List<String> hear(String own) throws IOException {
        SortedMap<String, SortedSet<String>> heard = new TreeMap<>();
        InetAddress address = InetAddress.getByName(own);
        NetworkInterface network = NetworkInterface.getByInetAddress(address);
        try (MulticastSocket socket = new MulticastSocket(LanBeacon.PORT)) {
            socket.setNetworkInterface(network);
            socket.joinGroup(new InetSocketAddress(LanBeacon.GROUP, LanBeacon.PORT), network);
            long until = System.nanoTime() + LONGEST.toNanos();
            for (long left = LONGEST.toMillis(); left > 0; left = (until - System.nanoTime()) / 1_000_000) {
                socket.setSoTimeout((int) left);
                DatagramPacket packet =
                        new DatagramPacket(new byte[LanBeacon.DATAGRAM_BYTES_MAX], LanBeacon.DATAGRAM_BYTES_MAX);
                socket.receive(packet);
                note(heard, Arrays.copyOf(packet.getData(), packet.getLength()));
            }
        } catch (SocketTimeoutException over) {
            // What was heard until now counts.
        }
        return only(heard);
    }

    static void note(SortedMap<String, SortedSet<String>> heard, byte[] datagram) {
        LanBeacon.door(datagram).ifPresent(door -> {
            SortedSet<String> doors = heard.computeIfAbsent(door.bramble(), _ -> new TreeSet<>());
            if (doors.size() < DOORS_MAX) {
                doors.add(door.address());
            }
        });
    }

    static List<String> only(SortedMap<String, SortedSet<String>> heard) throws IOException {
        if (heard.isEmpty()) {
            throw new IOException("no bramble is heard in this network");
        }
        if (heard.size() > 1) {
            throw new IOException("brambles are heard at "
                    + String.join(
                            " and ",
                            heard.values().stream().map(SortedSet::first).toList())
                    + ": set join: to a token of one of them, or doors: to its addresses");
        }
        return List.copyOf(heard.get(heard.firstKey()));
    }
}
