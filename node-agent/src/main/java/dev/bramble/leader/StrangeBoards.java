package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Boards that showed the identity of a node that was enrolled on another: a card was moved or copied. The leader
 * remembers them for an operator who may say which it was. Soft state, event loop.
 */
final class StrangeBoards {
    /** Ten times what starts again and again to be let in on an unlucky day; each is a name and a number. */
    static final int BOARDS_MAX = 100;
    /** One that is turned away tries again every half minute or so. */
    static final Duration REMEMBERED = Duration.ofMinutes(10);

    /** Two copies of a card that take turns are told of this often, and not with each try. Bramble time. */
    static final Duration TOLD_AGAIN = Duration.ofHours(1);

    private final Leader leader;
    private final TreeMap<NodeId, Seen> seen = new TreeMap<>();
    private final HashMap<Pair, Moment> told = new HashMap<>();

    /** A card and a board that showed it. */
    private record Pair(NodeId node, String boardSerial) {}

    private record Seen(String boardSerial, long nanos) {}

    StrangeBoards(Leader leader) {
        this.leader = leader;
    }

    /** {@code node} showed up on a board that the ledger does not know for it. */
    void seen(NodeId node, String boardSerial) {
        Optional<NodeRecord> known = leader.state().node(node);
        forgetOld();
        boolean isStrange = known.isPresent() && !known.get().boardSerial().equals(boardSerial);
        if (!isStrange || seen.size() >= BOARDS_MAX && !seen.containsKey(node)) {
            return;
        }
        seen.put(node, new Seen(boardSerial, leader.loop().nanos()));
        if (isToTell(new Pair(node, boardSerial))) {
            String text = known.get().name() + " was refused on board " + boardSerial + ": it was enrolled on board "
                    + known.get().boardSerial();
            leader.append(new Command.NoteEvents(
                    List.of(Happening.ofNode(EventKind.NODE_REFUSED, node, Happening.BRAMBLE, text))));
        }
    }

    private boolean isToTell(Pair pair) {
        Moment now = leader.now();
        // Another term may count from an earlier time than the one before it had reached.
        told.values().removeIf(at -> now.isBefore(at) || now.since(at).compareTo(TOLD_AGAIN) >= 0);
        return !told.containsKey(pair) && told.size() < BOARDS_MAX && told.put(pair, now) == null;
    }

    private void forgetOld() {
        long now = leader.loop().nanos();
        seen.values().removeIf(board -> now - board.nanos() > REMEMBERED.toNanos());
        seen.entrySet()
                .removeIf(board -> leader.state()
                        .node(board.getKey())
                        .map(node -> node.boardSerial().equals(board.getValue().boardSerial()))
                        .orElse(true));
    }

    /** The board that showed this node's identity last: refused, or this leader's own, which nobody refuses. */
    private Optional<String> strange(NodeRecord node) {
        forgetOld();
        Optional<String> listed = up(node).filter(serial -> !serial.equals(node.boardSerial()));
        return listed.or(() -> Optional.ofNullable(seen.get(node.node())).map(Seen::boardSerial));
    }

    /** The board on which the node is a member now. */
    private Optional<String> up(NodeRecord node) {
        return leader.cluster().view().member(node.node()).map(Member::boardSerial);
    }

    private boolean isCopy(NodeRecord node) {
        return up(node).filter(node.boardSerial()::equals).isPresent();
    }

    /** Sentences for operators. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (NodeRecord node : leader.state().nodes().values()) {
            Optional<String> strange = node.forgotten() ? Optional.empty() : strange(node);
            strange.ifPresent(board -> warnings.add(
                    isCopy(node)
                            ? "board " + board + " shows the card of " + node.name() + ", which is up on board "
                                    + node.boardSerial() + ": it is a copy and stays outside; delete its identity"
                                    + " folder, and it can be enrolled as a new node"
                            : node.name() + " shows board " + board + " but was enrolled on board "
                                    + node.boardSerial() + ": `bramble node adopt " + node.name()
                                    + "` if the card was moved"));
        }
        return warnings;
    }

    /** What makes the board that shows this node's identity its own. */
    Command.AdoptBoard adoption(NodeRecord node, String by) {
        String board = strange(node)
                .orElseThrow(() -> new RefusedException(
                        Refusal.Kind.CONFLICT,
                        "no other board has shown the card of " + node.name() + " within the last "
                                + REMEMBERED.toMinutes() + " minutes: it belongs to board " + node.boardSerial()
                                + "; start the board that has the card now, and then adopt it"));
        if (isCopy(node)) {
            throw new RefusedException(
                    Refusal.Kind.CONFLICT,
                    node.name() + " is up on board " + node.boardSerial() + ", so what board " + board
                            + " shows is a copy of its card: switch off the one that shall not be " + node.name()
                            + "; only if that is board " + node.boardSerial() + ", adopt the other one then");
        }
        return new Command.AdoptBoard(node.node(), board, by);
    }
}
