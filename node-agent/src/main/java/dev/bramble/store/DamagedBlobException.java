package dev.bramble.store;

import dev.bramble.model.BlobId;
import java.io.IOException;
import java.io.Serial;

/** The bytes of a copy no longer match its name. Another copy may be whole. */
public final class DamagedBlobException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient BlobId blob;

    public DamagedBlobException(BlobId blob, String sentence) {
        super(sentence);
        this.blob = blob;
    }

    public BlobId blob() {
        return blob;
    }
}
