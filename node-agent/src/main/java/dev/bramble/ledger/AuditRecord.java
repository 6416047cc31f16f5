package dev.bramble.ledger;

import dev.bramble.time.Moment;

/** Who did what, when. */
public record AuditRecord(Moment at, String by, String what) {}
