package dev.bramble.sim;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What a simulation is made of.
 *
 * @param jobs jobs that the client submits
 * @param tasksMax most tasks of one job
 * @param rough how long faults happen
 * @param encodes whether messages travel as bytes, which is slow
 * @param exclusive whether all jobs are exclusive, and their tasks long
 */
record SimOptions(
        long seed,
        int nodes,
        int voters,
        int jobs,
        int tasksMax,
        Duration rough,
        Faults faults,
        boolean encodes,
        boolean exclusive) {

    /** Most seeds give a small bramble; a few a large one or large jobs. */
    static SimOptions of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int nodes = nodes(random);
        int voters = Math.min(nodes, new int[] {1, 3, 3, 3, 5}[random.nextInt(5)]);
        int jobs = 1 + random.nextInt(6);
        int tasksMax = random.nextInt(400) == 0 ? 3000 : random.nextInt(24) == 0 ? 300 : 24;
        Duration rough = Duration.ofSeconds(5 + random.nextInt(25));
        Faults faults = random.nextInt(10) == 0
                ? Faults.NONE
                : Faults.random(random)
                        .withDrains(new SplittableRandom(seed * 0x5DEECE66DL + 11))
                        .withIlls(new SplittableRandom(seed * 0x2127599BF4325C37L + 5));
        boolean encodes = random.nextInt(24) == 0;
        return new SimOptions(
                seed, nodes, voters % 2 == 0 ? voters - 1 : voters, jobs, tasksMax, rough, faults, encodes, false);
    }

    /** Few nodes, long tasks whose attempts may not overlap, and much that tears nodes apart. */
    static SimOptions exclusive(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 0x2545F4914F6CDD1DL + 3);
        return new SimOptions(
                seed,
                3 + random.nextInt(3),
                random.nextInt(4) == 0 ? 1 : 3,
                2 + random.nextInt(3),
                6,
                Duration.ofSeconds(60),
                Faults.tearing(random),
                false,
                true);
    }

    private static int nodes(SplittableRandom random) {
        int dice = random.nextInt(2000);
        if (dice == 0) {
            return 100;
        }
        if (dice < 5) {
            return 30;
        }
        return dice < 140 ? 7 + random.nextInt(6) : 3 + random.nextInt(4);
    }
}
