/**
 * Tasks of a job: their lists, logs, results and files.
 *
 * <p>What tasks printed and kept is bytes of unknown meaning: it leaves here as a download or as escaped text, never as
 * something that a browser would render, but for PNG pictures that are such by their bytes.
 */
package dev.bramble.dashboard.tasks;
