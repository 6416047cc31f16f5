package dev.bramble.dashboard.screen;

import dev.bramble.model.BlobId;

/**
 * A file that came with a form and is on the nodes now, its sender's.
 *
 * @param name as the browser gave it; not checked
 * @param lines how many; {@code lineTooLong} the first that is too long for a task, or 0
 * @param isProgram whether it begins as programs and scripts do
 */
public record SentFile(String name, BlobId blob, long sizeBytes, long lines, long lineTooLong, boolean isProgram) {}
