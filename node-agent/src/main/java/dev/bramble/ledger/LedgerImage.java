package dev.bramble.ledger;

import dev.bramble.model.BlobId;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The whole state as plain records: what a snapshot holds. Equal states have equal images.
 *
 * @param calendarOffsetMillis the newest of {@code calendar}, for releases that know no other
 * @param events empty in snapshots of releases that had none
 * @param presences the same
 * @param nextDrain the same
 * @param electorate the same
 * @param shutdown empty while none is under way, too
 * @param calendar empty in snapshots of releases that knew the newest offset only
 * @param accounts empty in snapshots of releases that knew tokens only
 * @param lastAudit number of the newest audit record; empty in snapshots of releases that did not count them
 * @param settingChanges who changed the settings; empty in snapshots of releases that did not keep it
 * @param alerts empty in snapshots of releases that had none
 * @param racks empty while nobody wrote down where boards stand, too
 */
public record LedgerImage(
        LedgerId ledger,
        String brambleName,
        String authorityPem,
        Moment now,
        long nextJob,
        Optional<Long> calendarOffsetMillis,
        List<NodeRecord> nodes,
        List<JobRecord.Image> jobs,
        SortedMap<BlobId, BlobRecord> blobs,
        List<TokenRecord> tokens,
        Map<String, LedgerState.Submission> submissions,
        List<AuditRecord> audit,
        Map<String, Long> settings,
        Optional<EventRing.Image> events,
        Optional<SortedMap<NodeId, NodePresence>> presences,
        Optional<Long> nextDrain,
        Optional<Electorate.Image> electorate,
        Optional<ShutdownRecord> shutdown,
        Optional<List<CalendarMap.Stretch>> calendar,
        Optional<Accounts.Image> accounts,
        Optional<Long> lastAudit,
        Optional<Map<String, Settings.Change>> settingChanges,
        Optional<AlertNotes.Image> alerts,
        Optional<RackRecord> racks) {

    /** What {@link CalendarMap} restores. */
    List<CalendarMap.Stretch> calendarStretches() {
        return calendar.orElseGet(() -> calendarOffsetMillis
                .map(offset -> List.of(new CalendarMap.Stretch(Moment.FOUNDING, offset)))
                .orElse(List.of()));
    }
}
