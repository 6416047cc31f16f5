package dev.bramble.ledger;

/** How entries and images become bytes; the implementation is an edge. Safe for many threads. */
public interface EntryCodec {
    byte[] encodeEntry(Entry entry);

    /** @throws IllegalArgumentException when the bytes are no entry */
    Entry decodeEntry(byte[] bytes);

    byte[] encodeImage(LedgerImage image);

    /** @throws IllegalArgumentException when the bytes are no image */
    LedgerImage decodeImage(byte[] bytes);
}
