/**
 * What a board shows and takes where it stands: its light, its fan and its button.
 *
 * <p>Owns what is decided about them, purely: which {@link dev.bramble.board.panel.Light} stands for what, how fast the
 * fan turns, what a press means; and the port {@link dev.bramble.board.panel.Panel} with its simulated twin. Must not
 * know pins of a machine, threads or what a leader says.
 */
package dev.bramble.board.panel;
