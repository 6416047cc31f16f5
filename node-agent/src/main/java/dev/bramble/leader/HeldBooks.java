package dev.bramble.leader;

import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.View;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.NodePresence;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Books of nodes that vanished with most others: for a while nothing of theirs is given to anybody, and those that come
 * back go on as if nothing had happened. Soft state of the leader. The next one has no books of theirs: while most of
 * the nodes that the ledger knows to be there are missing, it grants nothing at all.
 */
final class HeldBooks {
    private final Leader leader;
    private final Vanishing vanishing = new Vanishing();
    private final TreeMap<NodeId, NodeBook> held = new TreeMap<>();
    /** Nodes that were there before this leader led, and that it has not met. */
    private final TreeSet<NodeId> missing = new TreeSet<>();

    private long missedUntilNanos;
    private int waitedFor;
    /** The leader itself began anew since those that are missing were seen: all may have been off. */
    private boolean isStart;

    HeldBooks(Leader leader) {
        this.leader = leader;
    }

    void clear() {
        held.clear();
        missing.clear();
        vanishing.clear();
    }

    /** Those of nodes that are waited for. */
    Collection<NodeBook> books() {
        return held.values();
    }

    boolean isHeld(NodeId node) {
        return held.containsKey(node) || missing.contains(node);
    }

    /** This node leads from now on. */
    void begin(View view) {
        List<NodeId> up = leader.state().nodes().values().stream()
                .filter(node -> !node.forgotten() && node.role() == NodeRole.AGENT)
                .map(NodeRecord::node)
                .filter(node ->
                        leader.state().presence(node).filter(NodePresence::up).isPresent())
                .toList();
        List<NodeId> gone = up.stream()
                .filter(node -> !view.has(node) && !PlannedAbsence.isExpected(leader.state(), node))
                .toList();
        waitedFor = 0;
        missedUntilNanos = leader.loop().nanos();
        if (vanishing.left(gone, up.size() - gone.size(), leader.loop().nanos())) {
            missing.addAll(gone);
            waitedFor = gone.size();
            isStart = leader.state()
                    .presence(leader.self())
                    .filter(known -> view.member(leader.self())
                            .filter(here -> here.incarnation().equals(known.incarnation()))
                            .isEmpty())
                    .isPresent();
            if (!isStart) {
                leader.note(Happening.of(EventKind.SWITCH_SUSPECTED, Happening.BRAMBLE, sentence()));
            }
        }
    }

    /** Since then this leader has met all nodes that it waits for; at first since it leads. */
    long missedUntilNanos() {
        return missedUntilNanos;
    }

    /** Whether nodes are missing whose work this leader does not know. */
    boolean isAnyMissing() {
        return !missing.isEmpty();
    }

    /** Whether the node vanished with most others. */
    boolean isTogether(NodeId node) {
        return vanishing.isTogether(node);
    }

    /** Takes and returns the books of nodes that left, as far as they are to be waited for. */
    List<NodeBook> take(List<NodeBook> gone, View view, int there) {
        List<NodeBook> vanished =
                gone.stream().filter(book -> !isInOrder(book, view)).toList();
        List<NodeId> nodes = vanished.stream().map(book -> book.member().node()).toList();
        if (!vanishing.left(nodes, there, leader.loop().nanos())) {
            return List.of();
        }
        if (held.isEmpty() && missing.isEmpty()) {
            waitedFor = 0;
            isStart = false;
        }
        vanished.forEach(book -> held.put(book.member().node(), book));
        waitedFor += vanished.size();
        leader.note(Happening.of(EventKind.SWITCH_SUSPECTED, Happening.BRAMBLE, sentence()));
        return vanished;
    }

    /** Who says farewell, or was told to go, says nothing of a switch. */
    private boolean isInOrder(NodeBook book, View view) {
        NodeId node = book.member().node();
        Departure left = view.left().getOrDefault(node, Departure.UNKNOWN);
        return left.manner() == Departure.Manner.FAREWELL || PlannedAbsence.isExpected(leader.state(), node);
    }

    /** Books of nodes that came back as they were. */
    List<NodeBook> returned(View view) {
        vanishing.there(view.members().stream().map(Member::node).toList());
        List<NodeBook> back = new ArrayList<>();
        for (NodeBook book : List.copyOf(held.values())) {
            Optional<Member> member = view.member(book.member().node());
            if (member.isPresent()) {
                if (member.get().incarnation().equals(book.member().incarnation())) {
                    held.remove(book.member().node());
                    back.add(book);
                }
            }
        }
        return back;
    }

    /**
     * Gives up those that were restarted or are away for too long, and says how it ended once none is left. What they
     * ran is not to blame, so nothing is held against it.
     */
    void end(View view, Consumer<NodeBook> lose) {
        boolean isOver = vanishing.isOver(leader.loop().nanos());
        for (NodeBook book : List.copyOf(held.values())) {
            NodeId node = book.member().node();
            if (isOver || view.has(node)) {
                held.remove(node);
                lose.accept(book);
            }
        }
        if (isAnyMissing()) {
            missing.removeIf(node -> isOver || view.has(node));
            missedUntilNanos = leader.loop().nanos();
        }
        boolean isNobodyHeld = held.isEmpty() && missing.isEmpty();
        if (waitedFor > 0 && isNobodyHeld) {
            tellEnd(view);
            waitedFor = 0;
        }
        if (isNobodyHeld) {
            vanishing.settle(leader.loop().nanos());
        }
    }

    private void tellEnd(View view) {
        if (isStart) {
            return;
        }
        long back = leader.state().nodes().keySet().stream()
                .filter(node -> vanishing.isTogether(node) && view.has(node))
                .count();
        int all = vanishing.together();
        String text = "of " + Words.count(all, "node") + " that vanished at once " + back + (back == 1 ? " is" : " are")
                + " back" + (back < all ? "; the others are lost" : "");
        leader.note(Happening.of(EventKind.SWITCH_CLEARED, Happening.BRAMBLE, text));
    }

    /** A sentence for operators, while some are waited for. */
    List<String> warnings() {
        return held.isEmpty() && missing.isEmpty() ? List.of() : List.of(sentence());
    }

    private String sentence() {
        if (isStart) {
            return "of those that were up before this node started, " + Words.count(missing.size(), "node")
                    + (missing.size() == 1 ? " is" : " are") + " not back yet: new work starts when all are, or "
                    + Vanishing.HOLD.toSeconds() + " s after this node took over";
        }
        return Words.count(vanishing.together(), "node")
                + " vanished at once: suspect the switch or its power; their work is kept" + " for them for "
                + Vanishing.HOLD.toSeconds() + " s";
    }
}
