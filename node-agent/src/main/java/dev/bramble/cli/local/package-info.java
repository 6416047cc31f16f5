/**
 * A whole bramble on one machine: each agent and the head a process of its own, kept running as systemd would.
 *
 * <p>Owns the folder's layout, ports, the configuration of the children and their supervision: the only place beside
 * the agent's process edge that starts processes. Must not know what the children do: it meets them through their
 * configuration files, the file that the founding node leaves, and the REST interface.
 */
package dev.bramble.cli.local;
