/**
 * Duties of every node: take orders, run attempts, report what they came to until it is settled.
 *
 * <p>Owns what this node holds: {@link dev.bramble.runner.Runner} decides what starts when, {@code Inputs} brings files
 * here, {@code Results} keeps what attempts left, with a copy on another node. Must not know how the leader decides,
 * how a process is caged, or how bytes travel.
 *
 * <pre>
 *   orders ─▶ WAITING ─ fits ─▶ PREPARING ─▶ RUNNING ─▶ KEEPING ─▶ outcome ─ settled ─▶ forgotten
 *                │                  │           │ stop             (repeated in every status)
 *                └──── withdrawn ───┴───────────┴──────────────────────────────────────▶ forgotten
 * </pre>
 */
package dev.bramble.runner;
