package dev.bramble.ledger;

import dev.bramble.time.Moment;
import java.util.List;

/**
 * One entry of the ledger: commands that are agreed, flushed and applied together.
 *
 * @param at bramble time, stamped by the leader
 * @param commands in order; applied one after the other
 */
public record Entry(Moment at, List<Command> commands) {}
