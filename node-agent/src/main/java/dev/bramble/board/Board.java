package dev.bramble.board;

import dev.bramble.model.BoardHealth;
import java.util.Optional;

/** The board that this node runs on. */
public interface Board {
    /** Its serial number, or the id that stands in where there is none. */
    String serial();

    /** Reads its health; what cannot be read is unknown. May block for some milliseconds: call off the event loop. */
    BoardHealth health();

    /**
     * Shows where the board is, or ends that. May block for some milliseconds: call off the event loop.
     *
     * @return why it cannot, as the end of a sentence; empty when it does
     */
    Optional<String> locate(boolean on);
}
