package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.NodeId;
import java.util.Optional;

/**
 * An attempt that did not give its task an outcome, kept to explain what happened.
 *
 * @param number which try it was, from 1
 * @param end how it ended; empty when it was lost with its node
 */
public record AttemptRecord(
        int number, NodeId node, Optional<AttemptEnd> end, int exitCode, long millis, String reason) {}
