package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whole brambles under faults. {@code -Dsim.seeds=N} runs more of them, {@code -Dsim.first=S} others, and
 * {@code -Dsim.seed=S} one alone.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS) // many seeds take long; the whole run has its own limit
class BrambleSimulationTest {
    /** Under a minute on two processors. */
    private static final int SEEDS = 800;
    /** Enough to see several kinds of failure in one run. */
    private static final int FAILURES_SHOWN = 3;

    @Test
    void everythingAcceptedEndsOnceUnderFaults() throws InterruptedException {
        Long one = Long.getLong("sim.seed");
        if (one != null) {
            System.out.println(new Simulation(SimOptions.of(one)).run());
            return;
        }
        long first = Long.getLong("sim.first", 1);
        List<SimulationFailure> failures = run(first, first + Long.getLong("sim.seeds", SEEDS));
        assertThat(failures).as(counts(failures)).isEmpty();
    }

    /** {@code -Dsim.exclusive=N} runs more of them, and {@code -Dsim.exclusive.seed=S} one alone. */
    @Test
    void exclusiveAttemptsNeverOverlapWhereNodesAreTornApart() throws InterruptedException {
        Long one = Long.getLong("sim.exclusive.seed");
        if (one != null) {
            System.out.println(new Simulation(SimOptions.exclusive(one)).run());
            return;
        }
        List<SimulationFailure> failures = run(1, 1 + Long.getLong("sim.exclusive", 150), SimOptions::exclusive);
        assertThat(failures).as(counts(failures)).isEmpty();
    }

    /** {@code -Dsim.heads=N} runs more of them, and {@code -Dsim.heads.seed=S} one alone. */
    @Test
    void headsKnowAtLastWhatTheVotersKnow() throws InterruptedException {
        Long one = Long.getLong("sim.heads.seed");
        if (one != null) {
            System.out.println(withHeads(one).run());
            return;
        }
        List<SimulationFailure> failures =
                runEach(1, 1 + Long.getLong("sim.heads", 150), BrambleSimulationTest::withHeads);
        assertThat(failures).as(counts(failures)).isEmpty();
    }

    private static Simulation withHeads(long seed) {
        Simulation simulation = new Simulation(SimOptions.of(seed))
                .rerunBy("-Dtest=BrambleSimulationTest#headsKnowAtLastWhatTheVotersKnow -Dsim.heads.seed=" + seed);
        simulation.headsLookOn(2);
        return simulation;
    }

    /** The test and the property that make a simulation of these options once more. */
    static String rerun(SimOptions options) {
        return "-Dtest=BrambleSimulationTest#"
                + (options.exclusive()
                        ? "exclusiveAttemptsNeverOverlapWhereNodesAreTornApart -Dsim.exclusive.seed="
                        : "everythingAcceptedEndsOnceUnderFaults -Dsim.seed=")
                + options.seed();
    }

    @Test
    void seedsThatOnceFailedPass() throws IOException {
        for (String line : regressions()) {
            String[] words = line.split(" ", 3);
            boolean isExclusive = words[0].equals("exclusive");
            long seed = Long.parseLong(words[isExclusive ? 1 : 0]);
            new Simulation(isExclusive ? SimOptions.exclusive(seed) : SimOptions.of(seed)).run();
        }
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        for (long seed = 100_001; seed <= 100_020; seed++) {
            SimOptions options = SimOptions.of(seed);
            assertThat(new Simulation(options).run()).as("seed %d", seed).isEqualTo(new Simulation(options).run());
        }
    }

    /** Each thread takes the next seed; each simulation stays on its thread. */
    static List<SimulationFailure> run(long first, long end) throws InterruptedException {
        return run(first, end, SimOptions::of);
    }

    private static List<SimulationFailure> run(long first, long end, LongFunction<SimOptions> options)
            throws InterruptedException {
        return runEach(first, end, seed -> new Simulation(options.apply(seed)));
    }

    private static List<SimulationFailure> runEach(long first, long end, LongFunction<Simulation> simulations)
            throws InterruptedException {
        AtomicLong next = new AtomicLong(first);
        Queue<SimulationFailure> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
                    try {
                        simulations.apply(seed).run();
                    } catch (SimulationFailure failure) {
                        failures.add(failure);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return List.copyOf(failures);
    }

    private static String counts(List<SimulationFailure> failures) {
        Map<String, List<Long>> bySentence = new TreeMap<>();
        for (SimulationFailure failure : failures) {
            String theorem = failure.what().split(":", 2)[0];
            bySentence.computeIfAbsent(theorem, sentence -> new ArrayList<>()).add(failure.seed());
        }
        StringBuilder text = new StringBuilder(failures.size() + " seeds failed: " + bySentence + "\n");
        failures.stream()
                .limit(FAILURES_SHOWN)
                .forEach(failure -> text.append(failure.getMessage()).append('\n'));
        return text.toString();
    }

    private static List<String> regressions() throws IOException {
        try (InputStream in = BrambleSimulationTest.class.getResourceAsStream("/sim-regressions.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
