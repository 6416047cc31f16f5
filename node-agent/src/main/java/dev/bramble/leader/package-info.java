/**
 * Duties of the leader, and of every voter: observe, decide, append.
 *
 * <p>Owns the leader's soft state (who holds which attempt, rates, last statuses, tails of logs), which is rebuilt from
 * the nodes' reports after every change of leader and costs nothing that was accepted. Must not know the engines, how
 * bytes are made, or how a task is run.
 *
 * <pre>
 *            leading(term)              all nodes of the view reported,
 *   IDLE ───────────────────▶ LEARNING ──────── or a lease passed ────────▶ GRANTING
 *    ▲                            │                                            │
 *    └────────────────────────────┴───────────── following(term) ──────────────┘
 * </pre>
 */
package dev.bramble.leader;
