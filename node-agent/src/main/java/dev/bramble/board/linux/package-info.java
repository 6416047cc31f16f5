/**
 * The board as the Linux kernel shows it in /proc and /sys. What is not there is unknown, never zero.
 *
 * <p>An edge: the only home of these paths until Pi4J adds what only a Pi knows.
 */
package dev.bramble.board.linux;
