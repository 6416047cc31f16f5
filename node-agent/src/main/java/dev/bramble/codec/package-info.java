/**
 * The one way in which Bramble's values become bytes: ledger entries, snapshots and messages, as CBOR by Jackson.
 *
 * <p>An edge: the only home of the binary format. Fields travel by name, sealed types by the simple name of their
 * record; unknown fields are skipped and missing ones are empty, so that two neighbouring releases understand each
 * other. A change of meaning needs a new field or a new record, never a re-use.
 */
package dev.bramble.codec;
