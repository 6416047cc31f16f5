/**
 * Who looks at the pages, and how they get in and out.
 *
 * <p>A session is a token of the bramble: its secret is in the visitor's cookie, its hash in the ledger. So it outlives
 * a restart of this head, is the same on every head, and ends everywhere at once.
 */
package dev.bramble.dashboard.session;
