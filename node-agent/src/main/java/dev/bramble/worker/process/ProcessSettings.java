package dev.bramble.worker.process;

import dev.bramble.worker.Workers.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How attempts run on this machine.
 *
 * @param folder the agent's folder for attempts; nothing else may lie in it, and two agents must not share one
 * @param hidden folders and files that no task may see, such as the agent's keys; covered where a task has mounts of
 *     its own
 * @param slots most attempts at one time
 * @param uidBase the numeric user of slot 0 where each slot has its own; slot n has {@code uidBase + n}. Two agents on
 *     one machine need ranges that do not meet
 * @param level the one level to use, or empty for the strongest that works here
 * @param cgroupRoot a cgroup v2 folder delegated to the agent; empty to use the agent's own, if it is delegated
 * @param launcher put before the spawner's command line, such as {@code systemd-run --user --scope -p Delegate=yes}
 * @param outputBytesMax most bytes of one attempt's outputs
 */
public record ProcessSettings(
        Path folder,
        List<Path> hidden,
        int slots,
        int uidBase,
        Optional<Level> level,
        Optional<Path> cgroupRoot,
        List<String> launcher,
        long outputBytesMax) {
    /**
     * Above the users that systemd gives to containers (524288 to 1879048191) and below those that it calls foreign, so
     * that nothing else on a Debian machine hands these out.
     */
    public static final int UID_BASE = 1_900_000_000;
    /** Each costs the spawner six open files, of which it may have 1,024, as many as it can wait for. */
    public static final int SLOTS_MAX = 128;
    /** Four for each core of the largest board in sight; each needs a user and some handles, not memory. */
    public static final int SLOTS = 64;
    /** What an SD card writes in about a minute; larger results belong into a dataset. */
    public static final long OUTPUT_BYTES_MAX = 1L << 30;

    public ProcessSettings {
        if (slots < 1 || slots > SLOTS_MAX) {
            throw new IllegalArgumentException(slots + " slots: a node has 1 to " + SLOTS_MAX);
        }
        hidden = List.copyOf(hidden);
        launcher = List.copyOf(launcher);
    }

    /** The strongest level that works here, and the defaults above. */
    public static ProcessSettings of(Path folder) {
        return new ProcessSettings(
                folder, List.of(), SLOTS, UID_BASE, Optional.empty(), Optional.empty(), List.of(), OUTPUT_BYTES_MAX);
    }

    public ProcessSettings withFolder(Path folder) {
        return new ProcessSettings(folder, hidden, slots, uidBase, level, cgroupRoot, launcher, outputBytesMax);
    }

    public ProcessSettings withHidden(List<Path> hidden) {
        return new ProcessSettings(folder, hidden, slots, uidBase, level, cgroupRoot, launcher, outputBytesMax);
    }

    public ProcessSettings withSlots(int slots) {
        return new ProcessSettings(folder, hidden, slots, uidBase, level, cgroupRoot, launcher, outputBytesMax);
    }

    public ProcessSettings withUidBase(int uidBase) {
        return new ProcessSettings(folder, hidden, slots, uidBase, level, cgroupRoot, launcher, outputBytesMax);
    }

    public ProcessSettings withLevel(Level level) {
        return new ProcessSettings(
                folder, hidden, slots, uidBase, Optional.of(level), cgroupRoot, launcher, outputBytesMax);
    }

    public ProcessSettings withCgroupRoot(Path cgroupRoot) {
        return new ProcessSettings(
                folder, hidden, slots, uidBase, level, Optional.of(cgroupRoot), launcher, outputBytesMax);
    }

    public ProcessSettings withLauncher(List<String> launcher) {
        return new ProcessSettings(folder, hidden, slots, uidBase, level, cgroupRoot, launcher, outputBytesMax);
    }

    public ProcessSettings withOutputBytesMax(long outputBytesMax) {
        return new ProcessSettings(folder, hidden, slots, uidBase, level, cgroupRoot, launcher, outputBytesMax);
    }
}
