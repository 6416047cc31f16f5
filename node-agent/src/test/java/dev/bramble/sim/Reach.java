package dev.bramble.sim;

import dev.bramble.cluster.SimNetwork;
import dev.bramble.model.NodeId;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who reaches whom now: the same splits, cuts and freezes for the cluster's network, for the ledger's engine and for
 * the doors of nodes.
 */
final class Reach {
    private final SimTime time;
    private final SimNetwork network;
    private final TreeSet<NodeId> up = new TreeSet<>();
    private final TreeMap<NodeId, Long> frozenUntilNanos = new TreeMap<>();
    private final TreeMap<NodeId, TreeSet<NodeId>> cuts = new TreeMap<>();
    private Map<NodeId, Integer> groups = Map.of();

    Reach(SimTime time, SimNetwork network) {
        this.time = time;
        this.network = network;
    }

    void up(NodeId node) {
        up.add(node);
    }

    void crash(NodeId node) {
        up.remove(node);
        frozenUntilNanos.remove(node);
        network.crash(node);
    }

    void freeze(NodeId node, Duration duration) {
        frozenUntilNanos.merge(node, time.nanos() + duration.toNanos(), Math::max);
        network.freeze(node, duration);
    }

    /** When the last of those that stand still now goes on; the past when none does. */
    long thawedNanos() {
        return frozenUntilNanos.values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    void split(Map<NodeId, Integer> newGroups) {
        groups = Map.copyOf(newGroups);
        network.split(groups.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, TreeMap::new, Collectors.mapping(Map.Entry::getKey, Collectors.toSet())))
                .values());
    }

    void cut(NodeId from, NodeId to) {
        cuts.computeIfAbsent(from, node -> new TreeSet<>()).add(to);
        network.cut(from, to);
    }

    void heal() {
        groups = Map.of();
        cuts.clear();
        network.heal();
    }

    /** Whether a message from one gets to the other; of a node to itself: whether it is up and not frozen. */
    boolean reaches(NodeId from, NodeId to) {
        return isAwake(from)
                && isAwake(to)
                && groups.getOrDefault(from, 0).equals(groups.getOrDefault(to, 0))
                && !cuts.getOrDefault(from, NONE).contains(to);
    }

    private static final TreeSet<NodeId> NONE = new TreeSet<>();

    boolean bothWays(NodeId one, NodeId other) {
        return reaches(one, other) && reaches(other, one);
    }

    private boolean isAwake(NodeId node) {
        return up.contains(node) && frozenUntilNanos.getOrDefault(node, 0L) <= time.nanos();
    }
}
