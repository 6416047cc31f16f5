package dev.bramble.board.panel;

import dev.bramble.model.NodeStanding;

/** Which light stands for what is known of a node, the most urgent first. Pure. */
public final class Lights {
    private Lights() {}

    /**
     * What is known of a node.
     *
     * @param located whether somebody looks for its board
     * @param alone whether it has had no word of a leader for a lease
     * @param standing by the leader's word
     * @param safe whether the leader says that it may be unplugged now
     * @param inPlace whether it is drained without another node that could take over
     * @param sick whether its board suffers from something that somebody should see to
     */
    public record Known(
            boolean located, boolean alone, NodeStanding standing, boolean safe, boolean inPlace, boolean sick) {}

    public static Light of(Known node) {
        if (node.located()) {
            return Light.LOCATED;
        }
        // What nobody leads to say is not known: a board that was safe a moment ago need not be now.
        return node.alone() ? Light.ALONE : ofStanding(node);
    }

    private static Light ofStanding(Known node) {
        return switch (node.standing()) {
            case READY -> node.sick() ? Light.TROUBLE : Light.WORKING;
            case CORDONED -> node.sick() ? Light.TROUBLE : Light.CORDONED;
            case DRAINING, MAINTENANCE -> Light.DRAINING;
            case DRAINED -> node.inPlace() ? Light.STOPPED : node.safe() ? Light.SAFE : Light.DRAINING;
            case EXPIRED, QUARANTINED -> Light.TROUBLE;
            case RETURNING -> Light.STARTING;
        };
    }
}
