package dev.bramble.ledger;

import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;

/**
 * An order to move a vote, until it is done or given up.
 *
 * @param by who ordered it
 */
public record VoteMove(NodeId from, NodeId to, String by, Moment orderedAt) {}
