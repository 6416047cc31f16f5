package dev.bramble.ledger;

import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
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
        Optional<Moment> at) {

    static AttemptRecord of(int number, NodeId node, AttemptOutcome outcome, Moment now) {
        return new AttemptRecord(
                number,
                node,
                Optional.of(outcome.end()),
                outcome.exitCode(),
                outcome.millis(),
                outcome.reason(),
                Optional.of(now));
    }

    /** Of one of the tasks of a batch. */
    static AttemptRecord of(int number, NodeId node, BatchOutcome batch, BatchOutcome.Blame blame, Moment now) {
        return new AttemptRecord(
                number,
                node,
                Optional.of(blame.end()),
                blame.exitCode(),
                batch.millis(),
                blame.reason(),
                Optional.of(now));
    }
}
