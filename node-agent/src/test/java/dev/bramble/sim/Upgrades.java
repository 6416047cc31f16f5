package dev.bramble.sim;

import dev.bramble.ledger.Language;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Boards that get a newer release one by one while things break: until then they know the first language of the ledger
 * only, and an entry in another one is more than they can apply. From chance of its own.
 */
final class Upgrades {
    private static final long OWN_CHANCE = 0x757067726164L;
    /** Of so many brambles whose agents die now and then one begins with an older release. */
    private static final int OLDER_ONE_IN = 4;
    /** To stop the agent and to start that of the new release. */
    private static final Duration RESTART_MAX = Duration.ofSeconds(5);

    private final Simulation simulation;
    private final SplittableRandom random;
    private final boolean isOn;
    private boolean over;

    Upgrades(Simulation simulation) {
        this.simulation = simulation;
        this.random = new SplittableRandom(simulation.options.seed() ^ OWN_CHANCE);
        boolean isChosen = random.nextInt(OLDER_ONE_IN) == 0;
        this.isOn = isChosen && simulation.options.faults().crashes() > 0;
    }

    /** What every node knows at first. */
    int firstLanguage() {
        return isOn ? Language.FIRST : Language.OWN;
    }

    /** What a founder of that release writes. */
    Optional<Integer> founded() {
        return isOn ? Optional.empty() : Optional.of(Language.OWN);
    }

    void begin() {
        if (!isOn) {
            return;
        }
        for (SimNode node : simulation.nodes()) {
            long restartNanos = random.nextLong(RESTART_MAX.toNanos());
            simulation.time.after(upTo(simulation.options.rough()), () -> {
                if (!over) {
                    stop(node);
                    simulation.time.after(Duration.ofNanos(restartNanos), () -> {
                        if (!node.isUp()) {
                            node.start();
                        }
                    });
                }
            });
        }
    }

    private Duration upTo(Duration max) {
        return Duration.ofNanos(random.nextLong(max.toNanos()));
    }

    private void stop(SimNode node) {
        simulation.trace.note("upgrade", node.id);
        node.upgrade();
        if (node.isUp()) {
            node.crash();
        }
    }

    /** The rest is upgraded at once. */
    void end() {
        over = true;
        for (SimNode node : simulation.nodes()) {
            if (node.language() < Language.OWN) {
                stop(node);
            }
        }
    }

    String missing() {
        if (simulation.invariants.front().ledger().value().isEmpty()) {
            return "nobody has founded the bramble";
        }
        return simulation.invariants.front().electorate().language() < Language.OWN
                ? "the ledger does not say yet what all voters know"
                : "";
    }
}
