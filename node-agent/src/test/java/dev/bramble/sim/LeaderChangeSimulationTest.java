package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.SampleJob;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whole brambles in which nothing breaks, and another node leads every few seconds. That no task succeeds twice is one
 * of the {@link Invariants} where nothing breaks; some attempts are repeated, since a few simulated keepers die.
 */
class LeaderChangeSimulationTest {
    private static final int SEEDS = 40;

    private static List<String> program(long millis, int printBytes) {
        return new Behaviour(millis, 0, printBytes, 0, false).command();
    }

    /** Nobody's fault: the engine of some voter stood for election. */
    private static void elect(Simulation simulation, SplittableRandom random) {
        simulation.time.after(Duration.ofMillis(200 + random.nextInt(4000)), () -> {
            if (simulation.isRough()) {
                simulation.consensus.disturb();
                elect(simulation, random);
            }
        });
    }

    @Test
    void whatRunsGoesOnAndIsNotRunAgainWhenAnotherNodeLeads() {
        long changes = 0;
        long stops = 0;
        long starts = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimOptions options = new SimOptions(
                    seed, 3 + (int) (seed % 3), 3, 1, 24, Duration.ofSeconds(40), Faults.NONE, false, false);
            Simulation simulation = new Simulation(options).rerunBy("-Dtest=LeaderChangeSimulationTest");
            simulation.submits(List.of(
                    JobPlan.of(
                            "seconds",
                            SampleJob.of(150).command(program(1_000, 10)).spec()),
                    JobPlan.of(
                            "stored",
                            SampleJob.of(60).command(program(700, 9_000)).spec()),
                    JobPlan.of(
                            "tiny", SampleJob.of(300).command(program(30, 10)).spec())));
            elect(simulation, new SplittableRandom(seed));
            Simulation.Outcome outcome = simulation.run();
            changes += simulation.nodes().stream()
                    .mapToLong(node -> node.replica().map(r -> r.term()).orElse(0L))
                    .max()
                    .orElse(0);
            stops += simulation.nodes().stream().mapToInt(SimNode::stops).sum();
            starts += outcome.processes();
        }
        System.out.println(
                "leader changes: " + changes + ", attempts started: " + starts + ", of them stopped: " + stops);
        assertThat(changes).isGreaterThan(5L * SEEDS);
        assertThat(stops).isZero();
    }
}
