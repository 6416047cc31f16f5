package dev.bramble.model;

/** Whether a node takes new work, and if not, why. Hard state: it outlives leaders and power cuts. */
public enum NodeStanding {
    /** Takes work. */
    READY,
    /**
     * Takes no new work until an operator uncordons it, or until its turn in a drain, or, of a hot board, until it has
     * cooled down; what runs goes on.
     */
    CORDONED,
    /** Work ends or moves, then its data, its vote and the leadership. */
    DRAINING,
    /** Its agent has attested that nothing on it is needed: safe to unplug. */
    DRAINED,
    /** The drain's time is over and something is still missing: not safe to unplug; copying goes on. */
    EXPIRED,
    /** Set aside by the bramble: it came and went too often, or a process on it cannot be killed. */
    QUARANTINED,
    /** Drained, and told to reboot or to power off; its return is watched. */
    MAINTENANCE,
    /** It is back from a reboot and has to show that it is well. */
    RETURNING;

    /** Whether it is given work. */
    public boolean takesWork() {
        return this == READY;
    }
}
