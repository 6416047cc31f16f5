/** Nodes, voters and boards that wait to be let in: what is known of them, and what an operator does with them. */
package dev.bramble.dashboard.nodes;
