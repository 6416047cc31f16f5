/**
 * Clocks and the event loop: the only place, beside the edges, that may read the machine's time.
 *
 * <p>Owns the two kinds of time that Bramble keeps apart. <em>Monotonic</em> time ({@link dev.bramble.time.EventLoop})
 * measures how long something took on one node. <em>Bramble time</em> ({@link dev.bramble.time.Moment}) is the ledger's
 * own: it advances by the leader's monotonic clock, is stamped into every entry, never goes back, and stands still
 * while every board is off. Must not know jobs, nodes or messages.
 */
package dev.bramble.time;
