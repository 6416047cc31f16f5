package dev.bramble.ledger;

import dev.bramble.model.DrainMode;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A shutdown of the whole bramble, from its order until work goes on after it.
 *
 * @param number from the same row as those of drains
 * @param deadline what runs then is stopped
 * @param grace between SIGTERM and SIGKILL
 * @param lives incarnations of the agents that were up when it was ordered; empty in one of an older release
 * @param poweringOff incarnations of the agents that were up when the boards were first told to power off; empty while
 *     work still ends
 */
public record ShutdownRecord(
        long number,
        DrainMode mode,
        Moment deadline,
        Duration grace,
        String reason,
        String by,
        Moment orderedAt,
        Optional<List<String>> lives,
        Optional<List<String>> poweringOff) {

    /** Whether the agent lives since before the order, or since before the first board was told to power off. */
    public boolean knows(String incarnation) {
        return lives.filter(them -> them.contains(incarnation)).isPresent()
                || poweringOff.filter(them -> them.contains(incarnation)).isPresent();
    }
}
