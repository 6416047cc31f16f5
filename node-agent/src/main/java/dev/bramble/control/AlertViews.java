package dev.bramble.control;

import dev.bramble.ledger.AlertNotes;
import dev.bramble.time.Moment;

/** What people said about alerts, for heads. Pure. */
final class AlertViews {
    private AlertViews() {}

    static Views.AlertNotesView of(AlertNotes notes, Moment now) {
        return new Views.AlertNotesView(
                notes.acks().stream()
                        .map(ack -> new Views.AlertAck(
                                ack.rule(),
                                ack.subject(),
                                ack.reason(),
                                ack.by(),
                                now.since(ack.at()).toMillis()))
                        .toList(),
                notes.mutes().values().stream()
                        .filter(mute -> now.isBefore(mute.until()))
                        .map(mute -> new Views.AlertMute(
                                mute.rule(),
                                mute.until().since(now).toMillis(),
                                mute.reason(),
                                mute.by(),
                                now.since(mute.at()).toMillis()))
                        .toList());
    }
}
