package dev.bramble.ledger;

import dev.bramble.model.AttemptLimits;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.Setting;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The bramble's settings: those that somebody changed, and the defaults of all others. */
public final class Settings {
    private final TreeMap<String, Long> changed = new TreeMap<>();
    private final TreeMap<String, Change> changes = new TreeMap<>();

    /** Who changed a setting last, and when. */
    public record Change(String by, Moment at) {}

    /** The value now, in the setting's unit. */
    public long get(Setting setting) {
        return changed.getOrDefault(setting.key(), setting.standard());
    }

    public boolean isChanged(Setting setting) {
        return changed.containsKey(setting.key());
    }

    /** {@link Setting#BLOBS_HEAL_AFTER}. */
    public Duration healAfter() {
        return Duration.ofMillis(get(Setting.BLOBS_HEAL_AFTER));
    }

    /** What each attempt that is granted now may take beside its job's needs. */
    public AttemptLimits attemptLimits() {
        return new AttemptLimits(get(Setting.TASKS_STREAM_MAX), (int) get(Setting.TASKS_PROCESSES_MAX));
    }

    /** What makes a board sick. */
    public HealthLimits healthLimits() {
        return new HealthLimits(
                get(Setting.HEALTH_HOT),
                get(Setting.HEALTH_COOL),
                get(Setting.HEALTH_DISK_FULL),
                get(Setting.HEALTH_DISK_ROOM));
    }

    /** A key that this version does not know is kept for the one that does. */
    void set(String key, long value, String by, Moment now) {
        changed.put(key, value);
        changes.put(key, new Change(by, now));
    }

    /** Who changed it last; empty while it is as it was, and for changes that an older release wrote down. */
    public Optional<Change> change(Setting setting) {
        return Optional.ofNullable(changes.get(setting.key()));
    }

    Map<String, Change> changes() {
        return new TreeMap<>(changes);
    }

    SortedMap<String, Long> image() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(changed));
    }

    /** @param image null in snapshots that are older than settings */
    void restore(Map<String, Long> image, Optional<Map<String, Change>> by) {
        if (image != null) {
            changed.putAll(image);
        }
        by.ifPresent(changes::putAll);
    }
}
