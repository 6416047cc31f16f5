package dev.bramble.model;

import java.util.Arrays;
import java.util.Optional;

/** What an admin may set for the whole bramble, with its default. */
public enum Setting {
    /**
     * A board with a card boots in some 40 s: copying begins before that, so that a second death soon after the first
     * finds most files whole, and {@link #BLOBS_COPY_RATE} keeps what a mere reboot costs to a few hundred megabytes.
     */
    BLOBS_HEAL_AFTER(
            "blobs.heal-after",
            Unit.MILLISECONDS,
            30_000,
            0,
            86_400_000,
            "how long a node may be away before its copies are made anew on others"),
    /** A sixth of a gigabit link, and about what a good card writes: work keeps most of both. */
    BLOBS_COPY_RATE(
            "blobs.copy-rate",
            Unit.BYTES,
            20L << 20,
            64 << 10,
            1L << 40,
            "bytes a second that one node may take in to make copies of files anew"),
    /** A sixteenth of a common 64 GB card: more wants a dataset. */
    BLOBS_UPLOAD_MAX("blobs.upload-max", Unit.BYTES, 4L << 30, 1, 16L << 30, "largest file that may be uploaded"),
    /** Four boards with 64 GB cards hold some 100 GB of two copies each: one user may take half of that. */
    BLOBS_USER_MAX(
            "blobs.user-max",
            Unit.BYTES,
            50L << 30,
            1,
            1L << 50,
            "bytes of all files and results that one user may have here: with more, no uploads and no new jobs"),
    /** Each takes some 600 bytes of each voter's memory: 12 MB of the heap. */
    BLOBS_HELD_MAX(
            "blobs.held-max",
            Unit.COUNT,
            20_000,
            1,
            1_000_000,
            "uploads that may wait for a job, of all users together"),
    /** A script gone wild must not take the whole queue: a fifth of {@link #JOBS_ACTIVE_MAX}. */
    JOBS_USER_ACTIVE_MAX("jobs.user-active-max", Unit.COUNT, 2_000, 1, 100_000, "jobs of one user that are not done"),
    /** Two of the largest jobs; their sets of tasks are some megabytes on the leader. */
    JOBS_USER_OPEN_TASKS_MAX(
            "jobs.user-open-tasks-max",
            Unit.COUNT,
            20_000_000,
            1,
            1_000_000_000,
            "tasks of one user that are not done, over all jobs"),
    /** Half of {@link #JOBS_BYTES_MAX}: ten thousand jobs with a command of a line each. */
    JOBS_USER_BYTES_MAX(
            "jobs.user-bytes-max", Unit.BYTES, 4L << 20, 1, 64L << 20, "descriptions of all jobs kept for one user"),
    /** The leader looks at each of them whenever it plans: some 10 ms of a Pi for so many. */
    JOBS_ACTIVE_MAX("jobs.active-max", Unit.COUNT, 10_000, 1, 100_000, "jobs of all users that are not done"),
    /** Bounds the memory of each voter; retention or {@code bramble rm} makes room. */
    JOBS_KEPT_MAX("jobs.kept-max", Unit.COUNT, 20_000, 1, 200_000, "jobs kept, those that are done too"),
    /**
     * A voter that cannot hold the state cannot start. Twenty thousand jobs with a command of a line each, or forty
     * with a thousand files.
     */
    JOBS_BYTES_MAX("jobs.bytes-max", Unit.BYTES, 8L << 20, 1, 64L << 20, "descriptions of all jobs kept"),
    /**
     * Some weeks of a busy lab, 4 MB of each voter's memory at 400 bytes each. Never fewer than half of that: who sets
     * it low to be rid of what they did is seen doing so.
     */
    AUDIT_RECORDS_MAX(
            "audit.records-max",
            Unit.COUNT,
            10_000,
            5_000,
            50_000,
            "records of who did what that are kept; the oldest go first"),
    /** A board with a slow card that checks its file system boots in minutes. */
    DRAINS_RETURN_MAX(
            "drains.return-max",
            Unit.MILLISECONDS,
            600_000,
            10_000,
            86_400_000,
            "how long a board may be away for a reboot before its node is set aside"),
    /** A reboot for a new kernel takes a board a minute: who is told of each of them listens to none. */
    ALERTS_NODE_DOWN_AFTER(
            "alerts.node-down-after",
            Unit.MILLISECONDS,
            90_000,
            0,
            86_400_000,
            "how long a node must be down before there is an alert"),
    /** A supply that is too weak dips when its boards work, and each dip may cost a card its files. */
    ALERTS_UNDER_VOLTAGE_AFTER(
            "alerts.under-voltage-after",
            Unit.MILLISECONDS,
            10_000,
            0,
            86_400_000,
            "how long a board must be under-volted before there is an alert"),
    /** Long enough for a load peak, an election and a copy that is on its way. */
    ALERTS_HOLD(
            "alerts.hold",
            Unit.MILLISECONDS,
            60_000,
            0,
            86_400_000,
            "how long anything else must be wrong before there is an alert"),
    /** What comes and goes every other minute is one alert, not thirty an hour. */
    ALERTS_RESOLVE_AFTER(
            "alerts.resolve-after",
            Unit.MILLISECONDS,
            120_000,
            0,
            86_400_000,
            "how long it must be well again before the alert is over"),
    /** What is told when the time to mend it is still there. */
    ALERTS_DEADLINE_SLACK(
            "alerts.deadline-slack",
            Unit.MILLISECONDS,
            300_000,
            0,
            86_400_000,
            "a job whose estimated time to spare before its deadline is less is at risk"),
    /** A good 32 GB card bears some 300 times its size. */
    ALERTS_CARD_WRITTEN(
            "alerts.card-written",
            Unit.BYTES,
            10_000_000_000_000L,
            1L << 30,
            1L << 60,
            "bytes written to a node's file system since it was made, from which its card counts as worn"),
    /** The firmware of a Pi 4 lowers the clock from 80 °C on: more work would make all of it slower. */
    HEALTH_HOT(
            "health.hot",
            Unit.CELSIUS,
            80,
            40,
            110,
            "temperature of a board's processor from which on its node gets no new work"),
    /** What has just ended its last task is that much cooler within a minute. */
    HEALTH_COOL("health.cool", Unit.CELSIUS, 75, 20, 110, "temperature below which it gets new work again"),
    /** A task's log, a snapshot of the ledger and a few results: with less, a write is about to fail. */
    HEALTH_DISK_FULL("health.disk-full", Unit.BYTES, 128L << 20, 0, 1L << 40, "a node with less free disk is drained"),
    /** With less in between it would fill up and be drained every few minutes. */
    HEALTH_DISK_ROOM(
            "health.disk-room", Unit.BYTES, 256L << 20, 0, 1L << 40, "free disk with which it takes work again"),
    /** A peak of some seconds is no reason to move work. */
    HEALTH_ACT_AFTER(
            "health.act-after",
            Unit.MILLISECONDS,
            10_000,
            10_000,
            86_400_000,
            "how long a board must be hot, full or read-only before its node is cordoned or drained"),
    /** A board that has just cooled down heats up again with its next task. */
    HEALTH_BACK_AFTER(
            "health.back-after",
            Unit.MILLISECONDS,
            60_000,
            0,
            86_400_000,
            "how long it must be well before its node takes work again"),
    /** What a task prints is for people; more belongs into a file under {@code outputs}. */
    TASKS_STREAM_MAX(
            "tasks.stream-max",
            Unit.BYTES,
            16L << 20,
            0,
            1L << 30,
            "kept of a task's stdout, and of its stderr; the rest is dropped and the result marked cut"),
    /** Far above any honest program on four cores, far below what a board can bear. */
    TASKS_PROCESSES_MAX(
            "tasks.processes-max",
            Unit.COUNT,
            512,
            8,
            30_000,
            "processes and threads of one task, where the node can count them");

    /** How the keys of those begin that say what makes a board sick. */
    public static final String HEALTH_KEYS = "health.";

    /** What a value counts. */
    public enum Unit {
        BYTES,
        MILLISECONDS,
        /** Whole degrees. */
        CELSIUS,
        COUNT
    }

    private final String key;
    private final Unit unit;
    private final long standard;
    private final long min;
    private final long max;
    private final String meaning;

    Setting(String key, Unit unit, long standard, long min, long max, String meaning) {
        this.key = key;
        this.unit = unit;
        this.standard = standard;
        this.min = min;
        this.max = max;
        this.meaning = meaning;
    }

    /** As people write it. */
    public String key() {
        return key;
    }

    public Unit unit() {
        return unit;
    }

    /** The value while nobody has set another. */
    public long standard() {
        return standard;
    }

    public long min() {
        return min;
    }

    public long max() {
        return max;
    }

    public String meaning() {
        return meaning;
    }

    public static Optional<Setting> of(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }
}
