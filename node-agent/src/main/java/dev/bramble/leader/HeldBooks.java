package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.View;
import dev.bramble.ledger.Happening;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Books of nodes that vanished with most others: for a while nothing of theirs is given to anybody, and those that come
 * back go on as if nothing had happened. Soft state of the leader: the next one knows nothing of it.
 */
final class HeldBooks {
    private final Leader leader;
    private final Vanishing vanishing = new Vanishing();
    private final TreeMap<NodeId, NodeBook> held = new TreeMap<>();
    private int waitedFor;

    HeldBooks(Leader leader) {
        this.leader = leader;
    }

    void clear() {
        held.clear();
        vanishing.clear();
    }

    /** Those of nodes that are waited for. */
    Collection<NodeBook> books() {
        return held.values();
    }

    boolean isHeld(NodeId node) {
        return held.containsKey(node);
    }

    /** Whether the node vanished with most others. */
    boolean isTogether(NodeId node) {
        return vanishing.isTogether(node);
    }

    /** Takes the books of nodes that left, if they are to be waited for; true when it did. */
    boolean take(List<NodeBook> gone, int there) {
        List<NodeId> nodes = gone.stream().map(book -> book.member().node()).toList();
        if (!vanishing.left(nodes, there, leader.loop().nanos())) {
            return false;
        }
        if (held.isEmpty()) {
            waitedFor = 0;
        }
        gone.forEach(book -> held.put(book.member().node(), book));
        waitedFor += gone.size();
        leader.note(Happening.of(EventKind.SWITCH_SUSPECTED, Happening.BRAMBLE, sentence()));
        return true;
    }

    /** Books of nodes that came back as they were. */
    List<NodeBook> returned(View view) {
        List<NodeBook> back = new ArrayList<>();
        for (NodeBook book : List.copyOf(held.values())) {
            Optional<Member> member = view.member(book.member().node());
            if (member.isPresent()) {
                vanishing.returned(book.member().node());
                if (member.get().incarnation().equals(book.member().incarnation())) {
                    held.remove(book.member().node());
                    back.add(book);
                }
            }
        }
        return back;
    }

    /** Gives up those that were restarted or are away for too long, and says how it ended once none is left. */
    void end(View view, BiConsumer<NodeBook, String> lose) {
        boolean isOver = vanishing.isOver(leader.loop().nanos());
        for (NodeBook book : List.copyOf(held.values())) {
            NodeId node = book.member().node();
            if (isOver || view.has(node)) {
                held.remove(node);
                lose.accept(
                        book,
                        view.has(node)
                                ? "its node's agent was restarted"
                                : "its node vanished with most others and did not come back");
            }
        }
        if (waitedFor > 0 && held.isEmpty()) {
            tellEnd(view);
            waitedFor = 0;
        }
        if (held.isEmpty()) {
            vanishing.settle(leader.loop().nanos());
        }
    }

    private void tellEnd(View view) {
        long back = leader.state().nodes().keySet().stream()
                .filter(node -> vanishing.isTogether(node) && view.has(node))
                .count();
        String text = "of " + Words.count(waitedFor, "node") + " that vanished at once " + back
                + (back == 1 ? " is" : " are") + " back" + (back < waitedFor ? "; the others are lost" : "");
        leader.note(Happening.of(EventKind.SWITCH_CLEARED, Happening.BRAMBLE, text));
    }

    /** A sentence for operators, while some are waited for. */
    List<String> warnings() {
        return held.isEmpty() ? List.of() : List.of(sentence());
    }

    private String sentence() {
        return Words.count(held.size(), "node")
                + " vanished at once: suspect the switch or its power; their work is kept" + " for them for "
                + Vanishing.HOLD.toSeconds() + " s";
    }
}
