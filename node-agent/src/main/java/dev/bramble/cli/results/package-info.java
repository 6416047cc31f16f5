/**
 * A job's results on the user's disk: a folder for each task, and the table.
 *
 * <p>Owns every rule about where a file that comes from a task may be written. Must not know how a job is submitted or
 * watched.
 */
package dev.bramble.cli.results;
