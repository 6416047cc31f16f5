/**
 * Who is there, and messages between them: members, views, round-trip times, and the protocol of agents and heads.
 *
 * <p>Owns the port {@link dev.bramble.cluster.Cluster} and every {@link dev.bramble.cluster.Message}. Must not know
 * JGroups, TLS, nor what a message's receiver does with it.
 */
package dev.bramble.cluster;
