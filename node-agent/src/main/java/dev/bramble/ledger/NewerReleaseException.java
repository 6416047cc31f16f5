package dev.bramble.ledger;

import dev.bramble.model.Version;

/**
 * A newer release wrote what this one does not know. Going on without it would make this copy differ from the others.
 */
public final class NewerReleaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param what was met, as the object of a sentence */
    public NewerReleaseException(String what) {
        super("this node runs Bramble " + Version.current() + ", which does not know " + what
                + " that a newer release wrote: upgrade this node");
    }
}
