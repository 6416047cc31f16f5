/**
 * What failures have in common: pure, for the page of one job and for that of the whole bramble.
 *
 * <p>Must not know how failures are found or shown.
 */
package dev.bramble.dashboard.failures;
