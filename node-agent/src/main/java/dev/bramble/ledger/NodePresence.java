package dev.bramble.ledger;

import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a node is there, as a leader told the ledger last, and how often it was lost lately.
 *
 * @param incarnation of its agent, while and when it was last there
 * @param since when it came, or was lost
 * @param lossScore at {@code scoredAt}: see {@link #score}
 * @param charged while it is away: whether its last loss is in the score
 */
public record NodePresence(
        boolean up, String incarnation, Moment since, double lossScore, Moment scoredAt, Optional<Boolean> charged) {
    /** A loss weighs half after this: five losses in a row are forgotten within the hour. */
    public static final Duration HALF_LIFE = Duration.ofMinutes(10);

    static NodePresence arrived(String incarnation, Moment at) {
        return new NodePresence(true, incarnation, at, 0, at, Optional.empty());
    }

    /** Losses until now, each weighing half after every {@link #HALF_LIFE}. */
    public double score(Moment now) {
        double halves = (double) Math.max(0, now.since(scoredAt).toMillis()) / HALF_LIFE.toMillis();
        // StrictMath: every copy of the ledger must compute the same bits, whatever its processor.
        return lossScore * StrictMath.pow(0.5, halves);
    }

    NodePresence back(String other, Moment at) {
        return new NodePresence(true, other, at, lossScore, scoredAt, Optional.empty());
    }

    /** @param counts whether it speaks against the node */
    NodePresence lost(boolean counts, Moment at) {
        return new NodePresence(false, incarnation, at, score(at) + (counts ? 1 : 0), at, Optional.of(counts));
    }

    /** Whether its last loss speaks against it, and may turn out not to. */
    public boolean isCharged() {
        return !up && charged.orElse(false);
    }

    /** Its last loss was one of many at once. */
    NodePresence acquitted() {
        double weighed = Math.max(0, lossScore - 1);
        return new NodePresence(up, incarnation, since, weighed, scoredAt, Optional.of(false));
    }

    NodePresence forgiven(Moment at) {
        return new NodePresence(up, incarnation, since, 0, at, Optional.empty());
    }
}
