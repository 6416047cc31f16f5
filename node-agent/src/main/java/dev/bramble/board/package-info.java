/**
 * The board under a node: the ports to its health and its power.
 *
 * <p>Owns {@link dev.bramble.board.Board}, {@link dev.bramble.board.BoardPower} and their simulated twins. Must not
 * know Pi4J, /sys, /proc or processes.
 */
package dev.bramble.board;
