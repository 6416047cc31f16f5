package dev.bramble.runner;

import dev.bramble.board.BoardPower;
import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.model.NodeId;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Reboots this node's board or powers it off when the leader says so: each order once, and only while no work is here.
 * Event loop.
 */
public final class PowerOrders {
    /**
     * @param incarnation of this agent: an order for an earlier one was carried out, or its time is over
     * @param leader whom this node follows
     * @param rests whether no attempt and no process of one is here
     */
    public record Parts(
            Offload offload,
            Cluster cluster,
            BoardPower power,
            String incarnation,
            Supplier<Optional<NodeId>> leader,
            BooleanSupplier rests) {}

    private final Parts parts;
    private long begun;
    private Optional<String> trouble = Optional.empty();

    public PowerOrders(Parts parts) {
        this.parts = parts;
    }

    /** Repeated by the leader until this agent is gone, or has said why it stays. */
    public void received(NodeId from, Message.BoardOrder order) {
        boolean isMine = parts.leader().get().filter(from::equals).isPresent()
                && order.incarnation().equals(parts.incarnation());
        if (!isMine || order.number() < begun) {
            return;
        }
        if (order.number() == begun) {
            trouble.ifPresent(sentence -> tell(order.number(), sentence));
            return;
        }
        if (!parts.rests().getAsBoolean()) {
            // The leader knows better soon, and asks again.
            return;
        }
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
