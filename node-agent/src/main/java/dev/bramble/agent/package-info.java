/**
 * The agent's main: reads the configuration, wires everything by hand, starts it, stops it.
 *
 * <p>Owns the order of birth (configuration, identity, cluster, ledger, runner) and the dispatch of messages. Reading
 * {@link dev.bramble.agent.NodeAgent} shows the whole node; {@link dev.bramble.agent.HeadMember} is the smaller member
 * that a dashboard stands on. Must not decide anything about work.
 */
package dev.bramble.agent;
