/**
 * Figures for Prometheus, and the two questions that machines ask before they send anybody here.
 *
 * <p>A label is a node, a rule or a state, never a task, a job or a user: so there are never many series. Must not know
 * how anything else is shown.
 */
package dev.bramble.dashboard.metrics;
