/**
 * The head of a bramble: REST interface, pages and, later, live events.
 *
 * <p>Owns the process's one web server and what is wired to it. A package for each feature holds its routes, its JSON
 * and its pages; {@code http} holds what all of them share. The head keeps nothing that matters: if it dies, work goes
 * on and another head serves.
 *
 * <p>Must not know the cluster, the ledger's engine or disks: it sees the bramble only through
 * {@link dev.bramble.control.Control}.
 */
package dev.bramble.dashboard;
