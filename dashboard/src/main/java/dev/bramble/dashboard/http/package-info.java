/**
 * What every route shares: the port, who is asking, how much may be sent, what an answer looks like when it is no.
 *
 * <p>Owns routes and their least roles, authentication and its throttling, limits on requests, and problem documents.
 * The only package that knows Jetty. Must not know jobs, nodes or pages.
 */
package dev.bramble.dashboard.http;
