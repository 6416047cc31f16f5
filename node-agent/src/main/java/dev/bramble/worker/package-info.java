/**
 * Running one attempt's process, or a batch of lines through a warm one, on this node: the ports.
 *
 * <p>Owns what a process is given and what is told of it; {@code worker.filter} decides the course of a batch. Must not
 * know jobs' life cycles, the leader, blobs or how a process is started and caged.
 */
package dev.bramble.worker;
