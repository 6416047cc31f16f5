/**
 * The bramble in a few figures, who is asking, and whether this head is well.
 *
 * <p>Must not know jobs or nodes beyond their numbers.
 */
package dev.bramble.dashboard.head;
