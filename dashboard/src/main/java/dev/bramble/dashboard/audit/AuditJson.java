package dev.bramble.dashboard.audit;

import dev.bramble.control.Views;
import java.time.Instant;

/**
 * A record of the trail, for programs.
 *
 * @param at null while there was no calendar
 * @param result done or refused
 * @param times how often
 */
record AuditJson(
        long number,
        long millisAgo,
        Instant at,
        String by,
        String credential,
        String head,
        String address,
        String action,
        String object,
        String result,
        int times,
        String what) {
    static AuditJson of(Views.AuditView record) {
        return new AuditJson(
                record.number(),
                record.millisAgo(),
                record.at().orElse(null),
                record.by(),
                record.credential(),
                record.head(),
                record.address(),
                record.action(),
                record.object(),
                record.refused() > 0 ? "refused" : "done",
                Math.max(1, record.refused()),
                record.what());
    }
}
