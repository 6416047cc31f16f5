/**
 * The command line: one class for each verb, put together in {@link dev.bramble.cli.Main}.
 *
 * <p>Owns the verbs, their help and what they print. Everything is asked of a bramble over REST, as any other client
 * would; only {@code local} and the parts that run in the foreground start something here. Must not know the ledger,
 * JGroups or Ratis.
 */
package dev.bramble.cli;
