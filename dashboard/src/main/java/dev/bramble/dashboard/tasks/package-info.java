/**
 * Tasks of a job: their lists, logs, results and files.
 *
 * <p>What tasks printed and kept is bytes of unknown meaning: it leaves here as a download, never as something that a
 * browser would render.
 */
package dev.bramble.dashboard.tasks;
