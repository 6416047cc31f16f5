package dev.bramble.ledger;

import dev.bramble.model.AttemptLimits;
import dev.bramble.model.Setting;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The bramble's settings: those that somebody changed, and the defaults of all others. */
public final class Settings {
    private final TreeMap<String, Long> changed = new TreeMap<>();

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

    /** A key that this version does not know is kept for the one that does. */
    void set(String key, long value) {
        changed.put(key, value);
    }

    SortedMap<String, Long> image() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(changed));
    }

    /** @param image null in snapshots that are older than settings */
    void restore(Map<String, Long> image) {
        if (image != null) {
            changed.putAll(image);
        }
    }
}
