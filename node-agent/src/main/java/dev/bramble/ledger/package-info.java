/**
 * The bramble's hard state: commands, the state they build, and the port to the engine that agrees on their order.
 *
 * <p>Owns {@link dev.bramble.ledger.Command}, {@link dev.bramble.ledger.LedgerState} (the only code that changes hard
 * state: it never reads a clock, a random source or a file, and never throws) and {@link dev.bramble.ledger.Ledger}.
 * Must not know the engine, the network, or how commands become bytes.
 */
package dev.bramble.ledger;
