/**
 * Which attempt goes to which node: {@code plan(offers, demands) → grants}, a pure function in named stages.
 *
 * <p><em>feasible</em>: could the node ever run the task. <em>rank</em>: which of those that can take it now is best.
 * <em>grant</em>: jobs in order, one task at a time, until no node has room. Must not know leaders, messages, clocks or
 * how state is kept.
 */
package dev.bramble.scheduler;
