package dev.bramble.model;

/**
 * What a node lets each attempt take beside its {@link Needs}; the bramble's settings of the moment it was granted.
 *
 * @param streamBytesMax {@link Setting#TASKS_STREAM_MAX}
 * @param processesMax {@link Setting#TASKS_PROCESSES_MAX}
 */
public record AttemptLimits(long streamBytesMax, int processesMax) {
    /** While nobody has set others. */
    public static final AttemptLimits STANDARD =
            new AttemptLimits(Setting.TASKS_STREAM_MAX.standard(), (int) Setting.TASKS_PROCESSES_MAX.standard());
}
