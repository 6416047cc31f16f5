package dev.bramble.ledger;

import dev.bramble.time.Moment;
import java.util.Optional;

/**
 * Who did what, when.
 *
 * @param by a user, or what the bramble did it for
 * @param what a sentence without its subject; for what was refused, why
 * @param details empty for what the bramble did by itself, and in records of older releases
 */
public record AuditRecord(Moment at, String by, String what, Optional<Details> details) {
    /** Of what the bramble did by itself. */
    AuditRecord(Moment at, String by, String what) {
        this(at, by, what, Optional.empty());
    }

    /**
     * Where it came from, and whether it was done.
     *
     * @param origin as {@link Origin}
     * @param refused how often it was refused since the record before; 0 for what was done
     */
    public record Details(Origin origin, int refused) {}
}
