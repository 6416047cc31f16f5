package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.SampleJob;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whole brambles with a task that takes every board down on which it runs. */
class PoisonSimulationTest {
    private static final long SEEDS = Math.min(Long.getLong("sim.seeds", 40), 2_000);
    /** Boards that a batch takes down before its poisonous line is alone: of at most 16 lines each goes alone then. */
    private static final int BATCHES = 1;

    private final TreeMap<Integer, Integer> boards = new TreeMap<>();

    private static Simulation poisoned(long seed, Faults faults, JobSpec work) {
        Simulation simulation = new Simulation(
                new SimOptions(seed, 4 + (int) (seed % 5), 3, 1, 24, Duration.ofSeconds(120), faults, false, false));
        JobSpec fine = SampleJob.of(60)
                .command(new Behaviour(1_000, 0, 0, 0, false).command())
                .spec();
        simulation.submits(List.of(JobPlan.of("poison", work), JobPlan.of("fine", fine)));
        simulation.run();
        return simulation;
    }

    private static JobSpec task() {
        return SampleJob.of(20)
                .command(Poison.lace(new Behaviour(2_000, 0, 0, 0, false).command(), 7))
                .attempts(2)
                .spec();
    }

    private static JobSpec line() {
        return SampleJob.of(200)
                .command(Poison.lace(new FilterBehaviour(20_000, 0, 0, 0, false).command(), 100))
                .filter()
                .attempts(2)
                .spec();
    }

    private static JobRecord job(Simulation simulation, String name) {
        return simulation.invariants.front().jobs().values().stream()
                .filter(job -> job.spec().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<Happening> events(Simulation simulation, EventKind kind) {
        return simulation.invariants.front().events().after(0).stream()
                .map(EventRecord::what)
                .filter(what -> what.kind() == kind);
    }

    /** The task is put aside and says why, and nothing else suffers. */
    private static void assertPutAside(Simulation simulation, long seed, int task) {
        JobRecord job = job(simulation, "poison");
        assertThat(job.phase()).as("seed %d", seed).isEqualTo(JobPhase.FAILED);
        assertThat(job.hasFailed(task)).as("seed %d", seed).isTrue();
        assertThat(job.failedTasks()).as("seed %d", seed).isEqualTo(1);
        assertThat(job.succeededTasks()).isEqualTo(job.spec().tasks().count() - 1);
        assertThat(job(simulation, "fine").phase()).isEqualTo(JobPhase.SUCCEEDED);
        String evidence = job.result(task).orElseThrow().reason();
        assertThat(evidence)
                .matches("put aside as poison: 3 nodes were lost while they ran it: (n\\d+ [^(]*\\([^)]+\\)(; )?){3}");
        assertThat(events(simulation, EventKind.TASK_POISON))
                .singleElement()
                .satisfies(what -> assertThat(what.text()).endsWith(evidence));
        assertThat(events(simulation, EventKind.SWITCH_SUSPECTED)).isEmpty();
    }

    private int strikes(Simulation simulation) {
        int strikes = simulation.poison.strikes().size();
        boards.merge(strikes, 1, Integer::sum);
        return strikes;
    }

    @Test
    void aTaskThatTakesItsBoardDownIsPutAsideAfterThreeBoardsTheLeadersAmongThem() {
        int led = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation simulation = poisoned(seed, Faults.NEARLY_NONE, task());
            assertPutAside(simulation, seed, 7);
            assertThat(strikes(simulation)).as("seed %d", seed).isEqualTo(JobRecord.POISON_NODES);
            led += (int) simulation.poison.strikes().stream()
                    .filter(Poison.Strike::led)
                    .count();
        }
        System.out.println("poison: boards that a task took down: " + boards + ", leaders among them: " + led);
        assertThat(led).isPositive();
    }

    @Test
    void aLineThatTakesItsBoardDownIsPutAsideAfterThreeBoardsOnceItIsAlone() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation simulation = poisoned(seed, Faults.NEARLY_NONE, line());
            assertPutAside(simulation, seed, 100);
            assertThat(strikes(simulation)).as("seed %d", seed).isEqualTo(BATCHES + JobRecord.POISON_NODES);
        }
        System.out.println("poison: boards that a line took down: " + boards);
    }
}
