/**
 * Who looks at the pages: a token is given once, a cookie stands for it from then on.
 *
 * <p>The token stays in this head's memory, never in the browser; a restart ends all sessions.
 */
package dev.bramble.dashboard.session;
