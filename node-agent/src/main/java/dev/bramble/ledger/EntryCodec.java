package dev.bramble.ledger;

/** How entries and images become bytes; the implementation is an edge. Safe for many threads. */
public interface EntryCodec {
    byte[] encodeEntry(Entry entry);

    /**
     * @throws IllegalArgumentException when the bytes are no entry
     * @throws NewerReleaseException when the entry says what this release does not know
     */
    Entry decodeEntry(byte[] bytes);

    byte[] encodeImage(LedgerImage image);

    /**
     * @throws IllegalArgumentException when the bytes are no image
     * @throws NewerReleaseException when the image holds what this release does not know
     */
    LedgerImage decodeImage(byte[] bytes);

    /** The newest {@link Language} that it reads. */
    int language();
}
