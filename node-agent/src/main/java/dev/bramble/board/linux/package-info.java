/**
 * The board as the Linux kernel shows it in /proc and /sys. What is not there is unknown, never zero.
 *
 * <p>An edge: the only home of these paths. What only the firmware knows comes through
 * {@link dev.bramble.board.Firmware}.
 */
package dev.bramble.board.linux;
