package dev.bramble.leader;

import dev.bramble.cluster.Timing;
import dev.bramble.ledger.ShutdownRecord;
import java.time.Duration;
import java.util.List;

/** Whether the boards were off, by a shutdown or by a power cut in the middle of it, and have started since. Pure. */
enum ShutdownStart {
    /** The shutdown goes on. */
    NOT_YET,
    /** Nobody is seen who was up when it was ordered, which may be since this leader sees few nodes yet. */
    UNSURE,
    /** Work goes on. */
    STARTED;

    /** By then the nodes that are up are in the leader's view, and its leases have passed. */
    static final Duration SEES_ALL_AFTER = Timing.LEASE;

    /**
     * @param leader the incarnation of its agent
     * @param ups incarnations of all agents that are up
     * @param leading for how long
     */
    static ShutdownStart of(ShutdownRecord shutdown, String leader, List<String> ups, Duration leading) {
        if (shutdown.poweringOff().isPresent()) {
            // One that cannot power off is still up after the start: only the leader's own life tells.
            return shutdown.poweringOff().get().contains(leader) ? NOT_YET : STARTED;
        }
        boolean isAnyLeft = shutdown.lives()
                .map(lives -> ups.stream().anyMatch(lives::contains))
                .orElse(true);
        if (isAnyLeft) {
            return NOT_YET;
        }
        return leading.compareTo(SEES_ALL_AFTER) < 0 ? UNSURE : STARTED;
    }
}
