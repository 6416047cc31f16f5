package dev.bramble.ledger;

import dev.bramble.time.Moment;

/**
 * When a token was last used, as coarsely as {@link Accounts#USE_EVERY}.
 *
 * @param address from where, as a head saw it
 */
public record TokenUse(Moment at, String address) {}
