/**
 * What charts show: figures of each node and of the bramble over time, kept by this head for itself.
 *
 * <p>Bounded whatever happens: a fixed number of slots for each figure, in three resolutions. A second of which nothing
 * is known stays a gap; it is neither 0 nor made up from its neighbours. Must not know how figures are drawn.
 */
package dev.bramble.dashboard.history;
