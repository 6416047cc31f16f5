package dev.bramble.ledger;

import java.io.Serial;

/** The append was refused since this voter does not lead; the entry will never be applied. */
public final class NotLeadingException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public NotLeadingException(String sentence) {
        super(sentence);
    }
}
