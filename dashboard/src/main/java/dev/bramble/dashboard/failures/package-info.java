/**
 * What went wrong: causes, how long it lasted, what it cost, and how often each node is there. What failures have in
 * common is pure, for the page of one job and for that of the whole bramble; the latter follows from the stream of
 * events and says how far back that reaches.
 *
 * <p>Must not know how failures and events come to be.
 */
package dev.bramble.dashboard.failures;
