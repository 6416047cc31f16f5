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
 * @param told the life of the board that was told to reboot or to power off; empty until then, and in records of
 *     releases that did not do that
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
        boolean inPlace,
        Optional<BoardLife> told) {

    /** The standing that the node had before it was drained. */
    public record Before(NodeStanding standing, String reason, String by, Moment since) {}

    /** Whether its turn has come. */
    public boolean hasBegun() {
        return deadline.isPresent();
    }

    /** The same drain once its turn has come. */
    public DrainRecord begun(Moment now) {
        Moment end = now.plus(spec.deadline());
        return new DrainRecord(number, order, spec, reason, by, orderedAt, Optional.of(end), before, inPlace, told);
    }

    DrainRecord before(Before other) {
        return new DrainRecord(number, order, spec, reason, by, orderedAt, deadline, other, inPlace, told);
    }

    DrainRecord inPlace(boolean is) {
        return new DrainRecord(number, order, spec, reason, by, orderedAt, deadline, before, is, told);
    }

    /** The same drain once this life of its board was told to end. */
    public DrainRecord told(BoardLife life) {
        return new DrainRecord(
                number, order, spec, reason, by, orderedAt, deadline, before, inPlace, Optional.of(life));
    }
}
