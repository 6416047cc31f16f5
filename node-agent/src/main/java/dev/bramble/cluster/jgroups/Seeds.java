package dev.bramble.cluster.jgroups;

import dev.bramble.model.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import org.jgroups.PhysicalAddress;
import org.jgroups.stack.IpAddress;

/**
 * Where other members may be found: what was configured, every member ever seen (kept in the file {@code peers}, for
 * the start at which all boards boot at once and the configured one is gone), and what the local network says. Asking
 * an address that is wrong costs one failed connection each time.
 */
final class Seeds {
    /** Twice the largest bramble: a card that is replaced leaves its address behind. */
    static final int KNOWN_MAX = 200;

    /** From the network, where anybody can say anything: few, and they never push out what is known. */
    static final int HEARD_MAX = 64;

    /** How long a start waits for names; a board that is off may keep a lookup waiting for much longer. */
    private static final Duration LOOKUP_MAX = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(Seeds.class.getName());

    private final Path file;
    private final IpAddress own;
    private final List<String> configured;
    private final Map<String, IpAddress> resolved = new LinkedHashMap<>();
    private final Map<NodeId, String> known;
    private final Set<IpAddress> heard = new LinkedHashSet<>();
    private final CopyOnWriteArrayList<PhysicalAddress> addresses = new CopyOnWriteArrayList<>();
    private boolean writing;
    private boolean changed;

    Seeds(ClusterSettings settings) {
        this.file = settings.folder().resolve("peers");
        this.own =
                new IpAddress(settings.listen().getAddress(), settings.listen().getPort());
        this.configured = settings.initialHosts();
        this.known = read();
        resolve();
    }

    /** A list that changes by itself; never empty, for JGroups ignores an empty one. */
    List<PhysicalAddress> addresses() {
        return addresses;
    }

    /** Whether there is no host to ask but this one. */
    synchronized boolean isEmpty() {
        return addresses.stream().allMatch(own::equals) && resolved.size() == configured.size();
    }

    /** Whether a configured host is this address. */
    synchronized boolean isConfigured(InetSocketAddress address) {
        return resolved.containsValue(ip(address));
    }

    /** Looks up names that were not known before, all at once; those that take long are known later. */
    void resolve() {
        List<String> missing;
        synchronized (this) {
            missing = configured.stream()
                    .filter(host -> !resolved.containsKey(host))
                    .toList();
        }
        List<Thread> lookups = missing.stream()
                .map(host -> Thread.ofVirtual().name("cluster-names").start(() -> resolve(host)))
                .toList();
        long end = System.nanoTime() + LOOKUP_MAX.toNanos();
        try {
            for (Thread lookup : lookups) {
                lookup.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        rebuild();
    }

    private void resolve(String host) {
        HostPort.resolve(host).ifPresent(address -> {
            synchronized (this) {
                resolved.put(host, ip(address));
            }
            rebuild();
        });
    }

    /** Remembers where members listen, on disk too. */
    synchronized void remember(Map<NodeId, String> members) {
        Map<NodeId, String> before = new LinkedHashMap<>(known);
        members.forEach((node, address) -> {
            if (!address.equals(known.get(node))) {
                known.remove(node);
                known.put(node, address);
            }
        });
        while (known.size() > KNOWN_MAX) {
            known.remove(known.keySet().iterator().next());
        }
        if (!known.equals(before)) {
            rebuild();
            changed = true;
            if (!writing) {
                writing = true;
                Thread.ofVirtual().name("cluster-peers").start(this::writeAll);
            }
        }
    }

    /** The local network says that a member listens there. */
    synchronized void heard(InetSocketAddress address) {
        if (heard.add(ip(address))) {
            if (heard.size() > HEARD_MAX) {
                heard.remove(heard.iterator().next());
            }
            rebuild();
        }
    }

    private synchronized void rebuild() {
        Set<PhysicalAddress> all = new LinkedHashSet<>(resolved.values());
        known.values().forEach(text -> HostPort.resolve(text).ifPresent(address -> all.add(ip(address))));
        all.addAll(heard);
        all.add(own);
        addresses.addAllAbsent(all);
        addresses.retainAll(all);
    }

    private static IpAddress ip(InetSocketAddress address) {
        return new IpAddress(address.getAddress(), address.getPort());
    }

    private Map<NodeId, String> read() {
        Map<NodeId, String> peers = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                String[] parts = line.split(" ");
                if (parts.length == 2 && parts[1].matches("[0-9.]+:\\d+|\\[[0-9a-f:]+]:\\d+")) {
                    peers.put(new NodeId(parts[0]), parts[1]);
                }
            }
        } catch (NoSuchFileException firstStart) {
            return peers;
        } catch (IOException | IllegalArgumentException unreadable) {
            LOG.warning(() -> "the list of known members in " + file + " cannot be read and is started anew: "
                    + unreadable.getMessage());
        }
        return peers;
    }

    /** Whether all that was remembered is on disk, or could not be put there. */
    synchronized boolean isWritten() {
        return !writing;
    }

    private void writeAll() {
        while (true) {
            List<String> lines = new ArrayList<>();
            synchronized (this) {
                if (!changed) {
                    writing = false;
                    return;
                }
                changed = false;
                known.forEach((node, address) -> lines.add(node + " " + address));
            }
            write(lines);
        }
    }

    private void write(List<String> lines) {
        Path next = file.resolveSibling("peers.new");
        try {
            Files.write(next, lines, StandardCharsets.UTF_8);
            try (FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException full) {
            LOG.warning(() -> "the list of known members cannot be kept in " + file + ": " + full.getMessage());
        }
    }
}
