package dev.bramble.sim;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What goes wrong while a simulation is rough. Rates are events per virtual minute in the whole bramble; shares are of
 * messages.
 *
 * @param crashes agents killed and started again after a while
 * @param leaderCrashes the same, of the node that leads
 * @param freezes agents stopped and continued
 * @param splits the network divided into two groups
 * @param cuts one direction between two nodes lost
 * @param elections leadership moved without need
 * @param powerCuts all agents killed at once
 * @param slowdowns boards that run tasks at a fraction of their speed for a while
 * @param cordons nodes cordoned for a while
 * @param loss messages dropped
 * @param duplication messages delivered twice
 * @param reordering messages that may overtake others
 * @param delayMax longest extra way of a message
 * @param cardStalls reads and writes of a card that take up to 15 seconds
 * @param damages copies of files that rot on a card
 * @param fullDisks cards that take nothing more for a while
 * @param lostCards agents killed and started again with an empty card
 * @param drains nodes drained, one or several, some of them given back before it is done
 * @param shutdowns the whole bramble shut down, some called off; somebody switches the boards on again
 * @param heats boards that are hot for a while
 * @param readOnlys cards that take no writes any more, until somebody looks
 * @param muteSensors boards whose figures are not known, or old, for a while
 * @param lostReplies appends and requests whose answer is lost though they are done
 */
record Faults(
        double crashes,
        double leaderCrashes,
        double freezes,
        double splits,
        double cuts,
        double elections,
        double powerCuts,
        double slowdowns,
        double cordons,
        double loss,
        double duplication,
        double reordering,
        Duration delayMax,
        double cardStalls,
        double lostReplies,
        double damages,
        double fullDisks,
        double lostCards,
        double drains,
        double shutdowns,
        double heats,
        double readOnlys,
        double muteSensors) {

    static final Faults NONE =
            new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Nothing but what a test does: what holds only without any fault is not asked for. */
    static final Faults NEARLY_NONE =
            new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, 0, 1e-12, 0, 0, 0, 0, 0, 0, 0, 0);

    boolean areAny() {
        return !equals(NONE) && !equals(NEARLY_NONE);
    }

    /** Each kind of fault is absent in half of the simulations, so that the others are seen alone. */
    static Faults random(RandomGenerator random) {
        return new Faults(
                rate(random, 10),
                rate(random, 5),
                rate(random, 8),
                rate(random, 4),
                rate(random, 6),
                rate(random, 6),
                rate(random, 2),
                rate(random, 4),
                rate(random, 6),
                rate(random, 0.1),
                rate(random, 0.1),
                rate(random, 0.1),
                Duration.ofMillis((long) rate(random, 1000)),
                rate(random, 0.2),
                rate(random, 0.2),
                rate(random, 20),
                rate(random, 6),
                rate(random, 5),
                0,
                0,
                0,
                0,
                0);
    }

    /** With drains and shutdowns, too, by a chance of their own. */
    Faults withDrains(RandomGenerator random) {
        return with(rate(random, 30), rate(random, 3), heats, readOnlys, muteSensors);
    }

    /** With boards that suffer, too, by a chance of their own. */
    Faults withIlls(RandomGenerator random) {
        return withIlls(rate(random, 12), rate(random, 4), rate(random, 8));
    }

    Faults withIlls(double ownHeats, double ownReadOnlys, double ownMuteSensors) {
        return with(drains, shutdowns, ownHeats, ownReadOnlys, ownMuteSensors);
    }

    private Faults with(
            double ownDrains, double ownShutdowns, double ownHeats, double ownReadOnlys, double ownMuteSensors) {
        return new Faults(
                crashes,
                leaderCrashes,
                freezes,
                splits,
                cuts,
                elections,
                powerCuts,
                slowdowns,
                cordons,
                loss,
                duplication,
                reordering,
                delayMax,
                cardStalls,
                lostReplies,
                damages,
                fullDisks,
                lostCards,
                ownDrains,
                ownShutdowns,
                ownHeats,
                ownReadOnlys,
                ownMuteSensors);
    }

    /** What separates nodes that go on running: freezes, splits and cuts, with a few crashes. */
    static Faults tearing(RandomGenerator random) {
        return new Faults(
                rate(random, 3),
                rate(random, 3),
                10 * random.nextDouble(),
                4 * random.nextDouble(),
                6 * random.nextDouble(),
                rate(random, 4),
                0,
                0,
                rate(random, 4),
                rate(random, 0.1),
                rate(random, 0.1),
                rate(random, 0.1),
                Duration.ofMillis((long) rate(random, 3000)),
                0,
                rate(random, 0.1),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0);
    }

    private static double rate(RandomGenerator random, double max) {
        return random.nextBoolean() ? 0 : max * Math.pow(random.nextDouble(), 2);
    }
}
