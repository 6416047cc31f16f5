package dev.bramble.ledger;

import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What people said about alerts: that they know, and that they want to hear nothing of a rule for a while. Which alerts
 * there are is worked out by each head; what is here makes them agree on who was told.
 */
public final class AlertNotes {
    /** More than a person acknowledges in a bad month; the oldest go first. */
    static final int ACKS_MAX = 500;
    /** More than there are rules, of this release and the next. */
    static final int MUTES_MAX = 64;

    /**
     * Somebody knows of an alert.
     *
     * @param rule its name
     * @param subject what it is about: a node's name, a job's number, or whatever else the rule calls one
     * @param at since when; it counts for what was wrong then, not for what comes after it was well again
     */
    public record Ack(String rule, String subject, String reason, String by, Moment at) {}

    /** Nobody wants to hear of a rule. */
    public record Mute(String rule, Moment until, String reason, String by, Moment at) {}

    /** All of it, for a snapshot. */
    public record Image(List<Ack> acks, List<Mute> mutes) {}

    private record Key(String rule, String subject) {}

    private final BiConsumer<String, String> audit;
    private final Map<Key, Ack> acks = new LinkedHashMap<>();
    private final TreeMap<String, Mute> mutes = new TreeMap<>();

    /** @param audit takes who did it and what was done */
    AlertNotes(BiConsumer<String, String> audit) {
        this.audit = audit;
    }

    void acknowledge(Command.AckAlert ack, Moment now) {
        Key key = new Key(ack.rule(), ack.subject());
        // Put anew, so that it is the youngest.
        acks.remove(key);
        acks.put(key, new Ack(ack.rule(), ack.subject(), ack.reason(), ack.by(), now));
        if (acks.size() > ACKS_MAX) {
            acks.remove(acks.keySet().iterator().next());
        }
        audit.accept(ack.by(), "acknowledged the alert " + ack.rule() + " of " + ack.subject() + ": " + ack.reason());
    }

    void mute(Command.MuteAlerts mute, Moment now) {
        mutes.values().removeIf(old -> !now.isBefore(old.until()));
        Optional<Moment> until = mute.until().filter(now::isBefore);
        if (until.isEmpty()) {
            if (mutes.remove(mute.rule()) != null) {
                audit.accept(mute.by(), "wants to hear of " + mute.rule() + " again");
            }
        } else if (mutes.size() < MUTES_MAX || mutes.containsKey(mute.rule())) {
            mutes.put(mute.rule(), new Mute(mute.rule(), until.get(), mute.reason(), mute.by(), now));
            audit.accept(
                    mute.by(),
                    "muted the alerts " + mute.rule() + " for "
                            + until.get().since(now).toMinutes() + " min: " + mute.reason());
        }
    }

    /** The oldest first. */
    public Collection<Ack> acks() {
        return Collections.unmodifiableCollection(acks.values());
    }

    /** By rule; those that are over, too, until the next one. */
    public SortedMap<String, Mute> mutes() {
        return Collections.unmodifiableSortedMap(mutes);
    }

    Image image() {
        return new Image(List.copyOf(acks.values()), new ArrayList<>(mutes.values()));
    }

    void restore(Image image) {
        image.acks().forEach(ack -> acks.put(new Key(ack.rule(), ack.subject()), ack));
        image.mutes().forEach(mute -> mutes.put(mute.rule(), mute));
    }
}
