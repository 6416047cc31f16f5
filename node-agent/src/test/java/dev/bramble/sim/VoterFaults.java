package dev.bramble.sim;

import java.util.SplittableRandom;

/**
 * What happens to voters beside all else. From chance of its own, so that the other faults of a seed stay what they
 * were.
 *
 * @param grows whether the ledger begins with one voter
 * @param wipes voters' storages lost per virtual minute, never a majority's
 * @param moves votes ordered to move per virtual minute
 */
record VoterFaults(boolean grows, double wipes, double moves) {
    private static final long OWN_CHANCE = 0x766f746573L;

    static VoterFaults of(SimOptions options) {
        SplittableRandom random = new SplittableRandom(options.seed() ^ OWN_CHANCE);
        boolean grows = random.nextInt(4) == 0;
        boolean isRough = options.faults().areAny();
        return new VoterFaults(
                grows && !options.faults().equals(Faults.NEARLY_NONE),
                isRough ? rate(random, 8) : 0,
                isRough ? rate(random, 12) : 0);
    }

    private static double rate(SplittableRandom random, double max) {
        return random.nextBoolean() ? 0 : max * Math.pow(random.nextDouble(), 2);
    }
}
