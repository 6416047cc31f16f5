package dev.bramble.ledger;

import dev.bramble.model.NodeStanding;
import java.util.EnumSet;
import java.util.Set;

/** From which standing a drain may lead to which: pure. */
public final class DrainSteps {
    private DrainSteps() {}

    /**
     * The standings that a node with a drain may get next.
     *
     * @param hasBegun whether the drain's turn has come. Once it has, READY ends the drain; CORDONED means that the
     *     board did not come back well, or did not go down as it was told.
     */
    public static Set<NodeStanding> after(boolean hasBegun, NodeStanding from) {
        return hasBegun ? afterBegun(from) : afterWaiting(from);
    }

    private static Set<NodeStanding> afterWaiting(NodeStanding from) {
        return switch (from) {
            case READY -> EnumSet.of(NodeStanding.CORDONED, NodeStanding.DRAINING);
            case CORDONED, QUARANTINED -> EnumSet.of(NodeStanding.DRAINING);
            case DRAINING, DRAINED, EXPIRED, MAINTENANCE, RETURNING -> EnumSet.noneOf(NodeStanding.class);
        };
    }

    private static Set<NodeStanding> afterBegun(NodeStanding from) {
        return switch (from) {
            case DRAINING -> EnumSet.of(NodeStanding.DRAINED, NodeStanding.EXPIRED, NodeStanding.QUARANTINED);
            case EXPIRED -> EnumSet.of(NodeStanding.DRAINED, NodeStanding.QUARANTINED);
            case QUARANTINED -> EnumSet.of(NodeStanding.DRAINED);
            case DRAINED -> EnumSet.of(NodeStanding.READY, NodeStanding.MAINTENANCE);
            case MAINTENANCE -> EnumSet.of(NodeStanding.RETURNING, NodeStanding.DRAINED, NodeStanding.CORDONED);
            case RETURNING -> EnumSet.of(NodeStanding.READY, NodeStanding.MAINTENANCE, NodeStanding.CORDONED);
            case READY, CORDONED -> EnumSet.noneOf(NodeStanding.class);
        };
    }

    /** Whether the drain can still be called off: until its board is told to reboot or to power off. */
    public static boolean isCancellable(boolean hasBegun, NodeStanding standing) {
        return switch (standing) {
            case READY -> !hasBegun;
            case DRAINING, DRAINED, EXPIRED -> hasBegun;
            case CORDONED, QUARANTINED -> true;
            case MAINTENANCE, RETURNING -> false;
        };
    }

    /**
     * Whether uncordoning ends the drain: once nothing of it is under way that somebody waits for. A board that was
     * told to go down may do so at any moment: it gets neither work nor a vote before it is back, has left, or has said
     * why it stays, which ends its MAINTENANCE by itself.
     */
    public static boolean isEndedByUncordon(boolean hasBegun, NodeStanding standing) {
        return switch (standing) {
            case READY, DRAINING, MAINTENANCE -> false;
            // CORDONED, its board is not as it was ordered: the drain stays until somebody has looked after it.
            case CORDONED, DRAINED, EXPIRED, QUARANTINED, RETURNING -> hasBegun;
        };
    }
}
