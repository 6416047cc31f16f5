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
     * @param isStuck whether each of those that were told to power off, and nobody else, cannot
     * @param leading for how long
     */
    static ShutdownStart of(
            ShutdownRecord shutdown, String leader, List<String> ups, boolean isStuck, Duration leading) {
        if (shutdown.poweringOff().isPresent()) {
            return afterPowerOff(shutdown, leader, ups, isStuck);
        }
        boolean isAnyLeft = shutdown.lives()
                .map(lives -> ups.stream().anyMatch(lives::contains))
                .orElse(true);
        if (isAnyLeft) {
            return NOT_YET;
        }
        return leading.compareTo(SEES_ALL_AFTER) < 0 ? UNSURE : STARTED;
    }

    /**
     * One that cannot power off is still up after the start. It goes on waiting for itself only while nobody is back,
     * or while it may power off yet.
     */
    private static ShutdownStart afterPowerOff(
            ShutdownRecord shutdown, String leader, List<String> ups, boolean isStuck) {
        if (!shutdown.knows(leader)) {
            return STARTED;
        }
        boolean isAnyBack = ups.stream().anyMatch(life -> !shutdown.knows(life));
        boolean isMeant = shutdown.poweringOff().orElseThrow().contains(leader);
        return isAnyBack && (isStuck || !isMeant) ? STARTED : NOT_YET;
    }
}
