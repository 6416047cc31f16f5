package dev.bramble.ledger;

import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.util.Optional;

/**
 * The drain of one node, from its order until the node takes work again.
 *
 * @param number of this drain; no two have the same, and those of one order follow each other
 * @param order number of the first drain of the same order
 * @param deadline what runs then is stopped; empty while its turn has not come
 * @param before what a cancelled drain goes back to
 * @param inPlace drained, and there was no other node to move anything to: its card must stay where it is
 */
public record DrainRecord(
        long number,
        long order,
        DrainSpec spec,
        String reason,
        String by,
        Moment orderedAt,
        Optional<Moment> deadline,
        Before before,
        boolean inPlace) {

    /** The standing that the node had before it was drained. */
    public record Before(NodeStanding standing, String reason, String by, Moment since) {}

    /** Whether its turn has come. */
    public boolean hasBegun() {
        return deadline.isPresent();
    }

    DrainRecord begun(Moment now) {
        return new DrainRecord(
                number, order, spec, reason, by, orderedAt, Optional.of(now.plus(spec.deadline())), before, inPlace);
    }

    DrainRecord before(Before other) {
        return new DrainRecord(number, order, spec, reason, by, orderedAt, deadline, other, inPlace);
    }

    DrainRecord inPlace(boolean is) {
        return new DrainRecord(number, order, spec, reason, by, orderedAt, deadline, before, is);
    }
}
