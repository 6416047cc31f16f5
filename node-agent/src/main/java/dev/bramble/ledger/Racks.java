package dev.bramble.ledger;

import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import dev.bramble.time.Moment;
import java.util.Optional;

/** Where boards stand. Part of {@link LedgerState#apply}. */
final class Racks {
    private RackRecord now = RackRecord.NONE;

    /** Without effect when it was changed since {@code set} was thought of: nobody overwrites what they did not see. */
    Optional<Happening> set(Command.SetRacks set, Moment at) {
        if (set.version() != now.version() || set.layout().equals(now.layout())) {
            return Optional.empty();
        }
        now = new RackRecord(set.layout(), now.version() + 1, set.by(), at);
        int slots = set.layout().slots().size();
        int boards = set.layout().places().size();
        return Optional.of(Happening.of(
                EventKind.SETTING_CHANGED,
                set.by(),
                "the rack layout was changed: " + boards + (boards == 1 ? " board" : " boards") + " in " + slots
                        + (slots == 1 ? " slot" : " slots")));
    }

    /** Its slot is free. Whoever edits the layout meanwhile sees that it has changed. */
    void forget(NodeId node, String by, Moment at) {
        RackLayout without = now.layout().without(node);
        if (!without.equals(now.layout())) {
            now = new RackRecord(without, now.version() + 1, by, at);
        }
    }

    RackRecord now() {
        return now;
    }

    Optional<RackRecord> image() {
        return now.version() == 0 ? Optional.empty() : Optional.of(now);
    }

    void restore(Optional<RackRecord> image) {
        now = image.orElse(RackRecord.NONE);
    }
}
