/**
 * Running one attempt's process on this node: the port.
 *
 * <p>Owns what a process is given and what is told of it. Must not know jobs' life cycles, the leader, blobs or how a
 * process is started and caged.
 */
package dev.bramble.worker;
