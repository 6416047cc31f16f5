package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What boards show: which are being looked for, until when; and the signs. Soft: who leads next does not know of it.
 */
final class Locating {
    private final Map<NodeId, Message.Located> boards = new TreeMap<>();

    private Supplier<List<Message.Sign>> signs = List::of;

    /** Who says what boards are to show of their nodes, asked with every pulse. */
    void whenSigned(Supplier<List<Message.Sign>> teller) {
        signs = teller;
    }

    List<Message.Sign> signs() {
        return signs.get();
    }

    void begin(NodeId node, Moment until, String by) {
        boards.put(node, new Message.Located(node, until, by));
    }

    /** Whether it was being looked for. */
    boolean end(NodeId node) {
        return boards.remove(node) != null;
    }

    void clear() {
        boards.clear();
    }

    List<Message.Located> at(Moment now) {
        boards.values().removeIf(each -> !now.isBefore(each.until()));
        return List.copyOf(boards.values());
    }
}
