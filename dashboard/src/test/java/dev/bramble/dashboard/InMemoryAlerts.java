package dev.bramble.dashboard;

import dev.bramble.control.Action;
import dev.bramble.control.Views;
import java.util.ArrayList;
import java.util.List;

/** What people said about alerts, in the memory of a test. */
final class InMemoryAlerts {
    private final List<Views.AlertAck> acks = new ArrayList<>();
    private final List<Views.AlertMute> mutes = new ArrayList<>();

    void say(Action.AckAlert ack, String by) {
        acks.add(new Views.AlertAck(ack.rule(), ack.subject(), ack.reason(), by, 0));
    }

    void say(Action.MuteAlerts mute, String by) {
        mutes.removeIf(old -> old.rule().equals(mute.rule()));
        mute.validFor()
                .ifPresent(
                        length -> mutes.add(new Views.AlertMute(mute.rule(), length.toMillis(), mute.reason(), by, 0)));
    }

    Views.AlertNotesView view() {
        return new Views.AlertNotesView(List.copyOf(acks), List.copyOf(mutes));
    }
}
