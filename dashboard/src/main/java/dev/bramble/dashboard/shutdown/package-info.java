/** The shutdown of the whole bramble: ordering, watching and cancelling it. */
package dev.bramble.dashboard.shutdown;
