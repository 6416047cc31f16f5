/**
 * Looks at the bramble once a second, and hands what it saw to those who keep or judge it.
 *
 * <p>One thread and one question a second, however many listeners there are. Must not know what they do with it.
 */
package dev.bramble.dashboard.watch;
