package dev.bramble.cluster;

import java.time.Duration;

/** The two times that leader and nodes must agree on. */
public final class Timing {
    /** Leader to nodes: I lead. Four fit into the time in which a silent node is suspected. */
    public static final Duration PULSE = Duration.ofSeconds(1);
    /** A node without word from a leader for this long is fenced: it starts nothing. DESIGN section 8. */
    public static final Duration LEASE = Duration.ofSeconds(10);

    /** How often a node asks for the leases of what it runs: four questions, or their answers, may be lost. */
    public static final Duration LEASE_ASKED_EVERY = Duration.ofSeconds(2);

    /** From SIGTERM to SIGKILL of an attempt whose lease has run out. */
    public static final Duration LEASE_GRACE = Duration.ofSeconds(5);

    /**
     * From the last question of an exclusive attempt until it is surely over: its lease, the grace, and two seconds for
     * clocks that differ and for guards that come late. DESIGN section 8.
     */
    public static final Duration OVER_AFTER = LEASE.plus(LEASE_GRACE).plusSeconds(2);

    private Timing() {}
}
