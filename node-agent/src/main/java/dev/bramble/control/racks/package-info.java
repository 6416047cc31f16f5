/**
 * Where boards stand: the layout as people write it and back, all mistakes in it at once, and what follows from boards
 * that share a power supply. Must not know how a layout is kept or drawn.
 */
package dev.bramble.control.racks;
