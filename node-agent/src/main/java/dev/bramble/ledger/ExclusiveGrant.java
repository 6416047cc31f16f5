package dev.bramble.ledger;

import dev.bramble.model.AttemptId;
import dev.bramble.model.NodeId;

/**
 * The only attempt at its task that may run.
 *
 * @param retryEpoch under which it was granted
 * @param incarnation of the node's agent: no other may run it
 */
public record ExclusiveGrant(AttemptId attempt, int retryEpoch, NodeId node, String incarnation) {}
