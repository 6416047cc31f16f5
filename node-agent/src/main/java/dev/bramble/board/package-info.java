/**
 * The board under a node: the port to its health.
 *
 * <p>Owns {@link dev.bramble.board.Board} and its simulated twin. Must not know Pi4J, /sys or /proc.
 */
package dev.bramble.board;
