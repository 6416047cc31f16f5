/**
 * What {@code bramble bench} measures, and how the figures come about.
 *
 * <p>Owns the measures, the jobs that they submit and take away again, the other tools that run beside them on the same
 * machine, and the pure functions from times to figures. Must not know options, exit codes of other commands or how a
 * bramble is found.
 */
package dev.bramble.cli.bench;
