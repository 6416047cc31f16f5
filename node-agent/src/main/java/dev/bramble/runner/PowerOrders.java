package dev.bramble.runner;

import dev.bramble.board.BoardPower;
import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.model.NodeId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reboots this node's board or powers it off when the leader says so: each order once, only while this node takes no
 * work by the leader's word, and only while none is here. Event loop.
 */
public final class PowerOrders {
    /** Orders come with every pulse: what has not ended by then holds up the others, and they are told. */
    static final int UNTOLD_MAX = 10;

    static final String WORK_IS_HERE = "its work has not ended yet";

    /**
     * @param incarnation of this agent: an order for an earlier one was carried out, or its time is over
     * @param leader whom this node follows
     * @param rest what is left here while this node takes no work; empty while it does
     */
    public record Parts(
            Offload offload,
            Cluster cluster,
            BoardPower power,
            String incarnation,
            Supplier<Optional<NodeId>> leader,
            Supplier<Optional<Message.Rest>> rest) {}

    private final Parts parts;
    private long begun;
    private Optional<String> trouble = Optional.empty();
    /** Of an order that cannot be begun yet: its number, and how often it came. */
    private long waiting;

    private int came;

    public PowerOrders(Parts parts) {
        this.parts = parts;
    }

    /** Repeated by the leader until this agent is gone, or has said why it stays. */
    public void received(NodeId from, Message.BoardOrder order) {
        boolean isMine = parts.leader().get().filter(from::equals).isPresent()
                && order.incarnation().equals(parts.incarnation());
        Optional<Message.Rest> rest = parts.rest().get();
        // Of a node that takes work the order is late: what it belongs to is over. Or its cordon comes in a moment.
        if (!isMine || order.number() < begun || rest.isEmpty()) {
            return;
        }
        if (order.number() == begun) {
            trouble.ifPresent(sentence -> tell(order.number(), sentence));
        } else if (rest.get().isComplete() || order.force().orElse(false)) {
            begin(order);
        } else {
            await(order.number());
        }
    }

    private void await(long number) {
        came = number == waiting ? came + 1 : 1;
        waiting = number;
        if (came > UNTOLD_MAX) {
            tell(number, WORK_IS_HERE);
        }
    }

    private void begin(Message.BoardOrder order) {
        begun = order.number();
        trouble = Optional.empty();
        parts.offload()
                .call(() -> {
                    parts.power().begin(order.act());
                    return order;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null && begun == order.number()) {
                        String sentence = Inputs.sentence(failure);
                        trouble = Optional.of(sentence);
                        tell(order.number(), sentence);
                    }
                });
    }

    private void tell(long number, String sentence) {
        parts.leader()
                .get()
                .ifPresent(leader -> parts.cluster().send(leader, new Message.BoardTrouble(number, sentence)));
    }
}
