/**
 * The user's terminal: what it can show, tables, progress, clean text, and how a command ends.
 *
 * <p>Owns {@link dev.bramble.cli.console.ExitCode} and every rule about escape sequences. Must not know brambles, REST
 * or picocli.
 */
package dev.bramble.cli.console;
