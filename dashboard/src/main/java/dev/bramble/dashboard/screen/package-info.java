/**
 * What stands between a page and a browser: who may see it, the frame around it, forms, and parts of pages that are
 * sent anew while somebody looks.
 *
 * <p>A page is a {@link dev.bramble.dashboard.screen.Screen}: it says what it shows, never how that travels. It is
 * whole without scripts. Must not know what is on any page.
 */
package dev.bramble.dashboard.screen;
