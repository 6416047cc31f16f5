package dev.bramble.board;

import dev.bramble.model.PowerAct;
import java.io.IOException;

/** Reboots the board that this node runs on, or powers it off. */
public interface BoardPower {
    /**
     * Begins it: the board goes down a moment after this returns, and the agent with it. May block for many seconds:
     * call off the event loop.
     *
     * @throws IOException when the board stays as it is; the message is a sentence for the operator
     */
    void begin(PowerAct act) throws IOException;
}
