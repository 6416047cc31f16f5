/**
 * The ledger's engine: Apache Ratis over gRPC with mutual TLS, one division on each voter.
 *
 * <p>Owns the voter's folder (log, snapshots, identity of the storage), the check of what a power cut left there, the
 * settings of the engine, the consensus port, and the steps by which the membership changes. The only home of
 * {@code org.apache.ratis}. Must not know commands, jobs or nodes: entries and snapshots are bytes here.
 *
 * <pre>
 *   open ── folder checked ──► sound, or its torn tail cut ──► follower ◄──► leader
 *    │                                                            │
 *    └── damaged: folder renamed, a new storage id ──► empty peer, waits to be added
 *                                                                 │
 *   a log that cannot be written, or removal from the membership ─┴──► stands aside until it is opened anew
 * </pre>
 *
 * <p>Threads: the engine has its own; what it says is posted to the event loop, which owns all mutable state here
 * except what a class comment names.
 */
package dev.bramble.ledger.ratis;
