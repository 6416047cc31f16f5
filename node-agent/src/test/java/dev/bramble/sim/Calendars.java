package dev.bramble.sim;

import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The boards' calendars, which jump: from 1970 to today, years ahead, and back, each board's by itself, and now and
 * then a board knows none. Whatever they show, bramble time goes on by itself: it never goes back, never faster than
 * real time, and no moment that was fixed once (a job's acceptance and deadline, the end of a token) moves.
 *
 * <p>Its chance is its own, so that the other faults of a seed stay what they are.
 */
final class Calendars {
    private static final List<Instant> ORIGINS = List.of(
            Instant.EPOCH,
            Instant.parse("2026-11-22T10:00:00Z"),
            Instant.parse("2038-01-19T03:14:08Z"),
            Instant.parse("2001-01-01T00:00:00Z"));

    private static final Duration JUMP_EVERY_MAX = Duration.ofSeconds(8);
    /** Entries are stamped in whole milliseconds. */
    private static final long ROUNDING_MILLIS = 1;

    private final Simulation simulation;
    private final SplittableRandom random;
    private final Map<NodeId, Instant> origins = new HashMap<>();
    private final Map<JobId, Moment> accepted = new HashMap<>();
    private final Map<JobId, Moment> deadlines = new HashMap<>();
    private final Map<String, Moment> expiries = new HashMap<>();
    private final Map<NodeId, Moment> shown = new HashMap<>();

    Calendars(Simulation simulation) {
        this.simulation = simulation;
        this.random = new SplittableRandom(simulation.options.seed() * 0x9E3779B97F4A7C15L + 1970);
    }

    /** In half of the simulations with faults no board knows a calendar. */
    void begin() {
        if (!simulation.options.faults().equals(Faults.NONE) && random.nextBoolean()) {
            simulation.nodes().forEach(this::jumpLater);
        }
    }

    private void jumpLater(SimNode node) {
        simulation.time.after(Duration.ofNanos(random.nextLong(JUMP_EVERY_MAX.toNanos())), () -> {
            if (!simulation.faults().equals(Faults.NONE)) {
                jump(node.id);
                jumpLater(node);
            }
        });
    }

    private void jump(NodeId node) {
        int origin = random.nextInt(ORIGINS.size() + 1);
        simulation.trace.note("calendar", node, origin);
        if (origin == ORIGINS.size()) {
            origins.remove(node);
        } else {
            origins.put(node, ORIGINS.get(origin));
        }
    }

    /** From now on a board's clock is synchronised, or not. */
    void synchronise(NodeId node, boolean is) {
        if (is) {
            origins.put(node, ORIGINS.get(1));
        } else {
            origins.remove(node);
        }
    }

    /** What a board's calendar shows. */
    Optional<Instant> now(NodeId node) {
        return Optional.ofNullable(origins.get(node)).map(origin -> origin.plusNanos(simulation.time.nanos()));
    }

    /**
     * What is wrong with the times in a voter's state.
     *
     * @param node whose voter it is
     */
    Optional<String> mistake(NodeId node, LedgerState state) {
        Moment now = state.now();
        if (now.millis() > simulation.time.nanos() / 1_000_000 + ROUNDING_MILLIS) {
            return Optional.of("bramble time ran ahead: " + now);
        }
        if (now.isBefore(shown.getOrDefault(node, now))) {
            return Optional.of("bramble time went back on " + node + ": " + now);
        }
        shown.put(node, now);
        for (JobRecord job : state.jobs().values()) {
            boolean moved = moved(accepted, job.id(), job.submittedAt())
                    || job.deadline()
                            .filter(deadline -> moved(deadlines, job.id(), deadline))
                            .isPresent();
            if (moved) {
                return Optional.of("the acceptance or the deadline of job " + job.id() + " moved");
            }
        }
        for (TokenRecord token : state.tokens().values()) {
            if (token.expires()
                    .filter(expiry -> moved(expiries, token.id(), expiry))
                    .isPresent()) {
                return Optional.of("the end of token " + token.id() + " moved");
            }
        }
        return Optional.empty();
    }

    /** A voter starts anew, perhaps from an older snapshot. */
    void booted(NodeId node) {
        shown.remove(node);
    }

    private static <K> boolean moved(Map<K, Moment> known, K key, Moment moment) {
        return !known.computeIfAbsent(key, first -> moment).equals(moment);
    }
}
