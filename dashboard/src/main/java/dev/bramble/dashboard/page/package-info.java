/**
 * What every page shares: templates, style, words for figures, and the page about what went wrong.
 *
 * <p>Pages work without scripts. Must not know what is on them.
 */
package dev.bramble.dashboard.page;
