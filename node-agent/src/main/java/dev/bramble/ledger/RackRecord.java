package dev.bramble.ledger;

import dev.bramble.model.RackLayout;
import dev.bramble.time.Moment;

/**
 * The rack layout, and who wrote it.
 *
 * @param version one more with each change, from 1; 0 before the first
 */
public record RackRecord(RackLayout layout, long version, String by, Moment at) {
    static final RackRecord NONE = new RackRecord(RackLayout.EMPTY, 0, "", Moment.FOUNDING);
}
