package dev.bramble.control.jobfile;

import java.time.Duration;

/** What a job may ask for, and what it gets when it does not ask. */
public final class JobLimits {
    /** A person's file is a few kilobytes; a megabyte is a generated grid; more belongs into a lines file. */
    public static final int JOB_FILE_BYTES_MAX = 1024 * 1024;
    /** The same job over REST names each file with a hash: room for {@link #FILES_MAX} of about 200 bytes. */
    public static final int JOB_JSON_BYTES_MAX = 4 * 1024 * 1024;
    /** Ten times what the scheduler is measured with; a task set stays below some megabytes on the leader. */
    public static final int TASKS_MAX = 10_000_000;
    /** The job's entry in the ledger holds a name and a hash for each: about 1 MB. More belong into an archive. */
    public static final int FILES_MAX = 10_000;
    /** Linux takes 128 KiB for one argument and 2 MiB for all, environment included. */
    public static final int COMMAND_BYTES_MAX = 128 * 1024;
    /** A share of the same 2 MiB. */
    public static final int ENV_BYTES_MAX = 128 * 1024;
    /** For a table's column and a person's memory. */
    public static final int NAME_CHARS_MAX = 64;
    /** The walk over patterns is outputs × files. */
    public static final int OUTPUTS_MAX = 100;
    /** Each is looked at when a job ends. */
    public static final int AFTER_MAX = 100;
    /** A grid's width; each value is a column in the results. */
    public static final int PARAMETERS_MAX = 64;
    /** More tries hide a broken job for long. */
    public static final int ATTEMPTS_MAX = 100;
    /** No board has more; beyond it a job would wait forever. */
    public static final int CPUS_MAX = 1024;

    public static final int ATTEMPTS_DEFAULT = 4;
    public static final Duration TIMEOUT_DEFAULT = Duration.ofHours(1);
    public static final Duration KEEP_DEFAULT = Duration.ofDays(30);
    public static final int MILLI_CPUS_DEFAULT = 1000;
    /**
     * Holds Python with its number libraries, or a small JVM; four such tasks leave half of a 4 GB Pi to the system,
     * the agent and the page cache.
     */
    public static final long MEMORY_BYTES_DEFAULT = 512L << 20;
    /** What a task may write without having asked: small against any card. */
    public static final long DISK_BYTES_DEFAULT = 1L << 30;
    /** Less holds no process at all, and nothing would be no limit. */
    public static final long MEMORY_BYTES_MIN = 1L << 20;
    /** {@code at_once} when the job sets no limit. */
    public static final int AT_ONCE_UNLIMITED = Integer.MAX_VALUE;

    private JobLimits() {}
}
