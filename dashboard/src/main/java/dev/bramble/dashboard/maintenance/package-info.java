/**
 * The pages on which boards are taken out and brought back: one, several in a round. What they order is the same as
 * over the interface and from the command line, in the same words.
 */
package dev.bramble.dashboard.maintenance;
