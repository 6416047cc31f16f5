package dev.bramble.board;

import dev.bramble.model.BoardHealth;
import java.util.OptionalDouble;

/** The board that this node runs on. */
public interface Board {
    /** Its serial number, or the id that stands in where there is none. */
    String serial();

    /** Reads its health; what cannot be read is unknown. May block for some milliseconds: call off the event loop. */
    BoardHealth health();

    /**
     * Tells a simulated board what a real one feels by itself. Any thread.
     *
     * @param busyShare of its cores that tasks have, 0 to 1
     * @param fanShare how fast its fan is told to turn, 0 to 1; empty without one
     */
    default void feel(double busyShare, OptionalDouble fanShare) {}
}
