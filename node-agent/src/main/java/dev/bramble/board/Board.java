package dev.bramble.board;

import dev.bramble.model.BoardHealth;

/** The board that this node runs on. */
public interface Board {
    /** Its serial number, or the id that stands in where there is none. */
    String serial();

    /** Reads its health; what cannot be read is unknown. May block for some milliseconds: call off the event loop. */
    BoardHealth health();
}
