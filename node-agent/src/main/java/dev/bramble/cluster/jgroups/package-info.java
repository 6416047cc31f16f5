/**
 * The cluster on JGroups: the only home of {@code org.jgroups}.
 *
 * <p>Owns the protocol stack ({@code bramble-stack.xml}), the mutual TLS of every connection, and how an address of
 * JGroups comes to stand for a node. Must not know what a message's receiver does with it, nor how certificates are
 * made or what the ledger says: both are asked through {@link dev.bramble.cluster.jgroups.PeerCheck} and
 * {@link dev.bramble.cluster.jgroups.AdmissionCheck}.
 *
 * <p>Three proofs stand one upon the other:
 *
 * <ol>
 *   <li>a connection: TLS with a certificate of the bramble, not revoked ({@code TlsSockets});
 *   <li>an address: a signed introduction binds it to a node ({@code Introduction}, {@code Roster});
 *   <li>a message: its tag is the node's own ({@code PairSeal}).
 * </ol>
 *
 * <pre>
 *  network threads                              event loop
 *    Wire: view, introduction, message --Inbox--> Roster: who is listed --> View --> Listener
 *    Outboxes, one thread for each busy member <--- send
 * </pre>
 */
package dev.bramble.cluster.jgroups;
