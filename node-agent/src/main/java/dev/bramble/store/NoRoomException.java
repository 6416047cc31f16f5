package dev.bramble.store;

import java.io.IOException;
import java.io.Serial;

/** The disk takes no more copies, here or on the node that was asked; another node may. */
public final class NoRoomException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public NoRoomException(String sentence) {
        super(sentence);
    }

    public NoRoomException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
