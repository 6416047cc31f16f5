package dev.bramble.dashboard.failures;

import dev.bramble.model.JobId;

/**
 * An attempt that came to nothing.
 *
 * @param node name of the node that it ran on
 * @param reason how it ended, in words
 * @param lastWords the last line that it printed to stderr; empty when it printed none, or when it may not be shown
 */
public record FailedTry(JobId job, int task, String node, String reason, String lastWords) {}
