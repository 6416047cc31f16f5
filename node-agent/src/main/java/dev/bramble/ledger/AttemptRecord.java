package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.Optional;

/**
 * An attempt that did not give its task an outcome, kept to explain what happened.
 *
 * @param number which try it was, from 1
 * @param end how it ended; empty when it was lost with its node
 * @param at when that was known; empty in records of older releases
 */
public record AttemptRecord(
        int number,
        NodeId node,
        Optional<AttemptEnd> end,
        int exitCode,
        long millis,
        String reason,
        Optional<Moment> at) {}
