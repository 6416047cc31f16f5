package dev.bramble.ledger;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** All nodes that were ever admitted. Names are unique among those that were not forgotten. */
final class NodeTable {
    private final TreeMap<NodeId, NodeRecord> nodes = new TreeMap<>();
    private long nextDrain = 1;

    /**
     * The first admission of a key in a role counts. One that raced it, or one that is repeated because its reply was
     * lost, changes nothing: who asked looks the key up afterwards.
     *
     * @return the node under the name it got
     */
    Optional<NodeRecord> admit(NodeRecord node) {
        if (nodes.containsKey(node.node())
                || withKey(node.keySha256(), node.role()).isPresent()) {
            return Optional.empty();
        }
        NodeRecord named = node.named(freeName(node.name()));
        nodes.put(node.node(), named);
        return Optional.of(named);
    }

    /** The name, with a number behind it when another node has it already. */
    private String freeName(String wanted) {
        String free = wanted;
        for (int number = 2; isTaken(free); number++) {
            free = wanted + "-" + number;
        }
        return free;
    }

    private boolean isTaken(String name) {
        return nodes.values().stream()
                .anyMatch(node -> !node.forgotten() && node.name().equals(name));
    }

    /** The node as it was, when it was not forgotten before. */
    Optional<NodeRecord> forget(NodeId id) {
        Optional<NodeRecord> known = get(id);
        known.ifPresent(node -> nodes.put(id, node.forget()));
        return known;
    }

    /** Changes the node as {@code change} says, if it is known and the change fits. */
    Optional<Standings.Change> change(NodeId id, Function<NodeRecord, Optional<Standings.Change>> change) {
        Optional<Standings.Change> changed = get(id).flatMap(change);
        changed.ifPresent(done -> nodes.put(id, done.node()));
        return changed;
    }

    /** An order that was applied before changes nothing. */
    List<Standings.Change> order(Command.OrderDrain order, Moment now) {
        List<Standings.Change> changes = new ArrayList<>();
        if (order.number() >= nextDrain) {
            nextDrain = order.number();
            for (NodeId id : order.nodes()) {
                long number = nextDrain++;
                change(id, node -> Standings.order(node, order, number, now)).ifPresent(changes::add);
            }
        }
        return changes;
    }

    /** A drained node is stopped in place when there was no other to move anything to. */
    Optional<Standings.Change> step(Command.StepDrain step, Moment now) {
        boolean isOnly = NodeRecord.isOnlyAgent(step.node(), nodes.values());
        return change(step.node(), node -> Standings.step(node, step, isOnly, now));
    }

    SortedMap<NodeId, NodeRecord> all() {
        return Collections.unmodifiableSortedMap(nodes);
    }

    /** Unless it was forgotten. */
    Optional<NodeRecord> get(NodeId node) {
        return Optional.ofNullable(nodes.get(node)).filter(known -> !known.forgotten());
    }

    /** The node that was let in with this key, unless it was forgotten. */
    Optional<NodeRecord> withKey(String keySha256, NodeRole role) {
        return nodes.values().stream()
                .filter(node -> node.keySha256().equals(keySha256) && node.role() == role && !node.forgotten())
                .findFirst();
    }

    /** The least number that the next drain may have. */
    long nextDrain() {
        return nextDrain;
    }

    /** Takes the number, if it was not taken before. */
    boolean number(long number) {
        boolean isFree = number >= nextDrain;
        nextDrain = Math.max(nextDrain, number + 1);
        return isFree;
    }

    void restore(List<NodeRecord> from, long next) {
        nodes.clear();
        from.forEach(node -> nodes.put(node.node(), node));
        nextDrain = next;
    }
}
