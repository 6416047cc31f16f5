package dev.bramble.cluster;

import java.time.Duration;

/** The two times that leader and nodes must agree on. */
public final class Timing {
    /** Leader to nodes: I lead. Four fit into the time in which a silent node is suspected. */
    public static final Duration PULSE = Duration.ofSeconds(1);
    /** A node without word from a leader for this long is fenced: it starts nothing. DESIGN section 8. */
    public static final Duration LEASE = Duration.ofSeconds(10);

    private Timing() {}
}
