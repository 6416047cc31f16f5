package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.JobRecord;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobPhase;
import dev.bramble.model.SampleJob;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whole brambles with a sick switch and with a sick board, each alone. */
class SickSimulationTest {
    private static SimOptions options(long seed, int nodes, Duration rough) {
        return new SimOptions(seed, nodes, 3, 1, 24, rough, Faults.NEARLY_NONE, false, false);
    }

    private static List<String> program(long millis) {
        return new Behaviour(millis, 0, 0, 0, false).command();
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

    @Test
    void workOutlivesASwitchThatComesAndGoes() {
        int outages = 0;
        long suspected = 0;
        long cleared = 0;
        long lost = 0;
        for (long seed = 1; seed <= 30; seed++) {
            Simulation simulation = new Simulation(options(seed, 4 + (int) (seed % 6), Duration.ofSeconds(150)))
                    .rerunBy("-Dtest=SickSimulationTest");
            simulation.switches.perMinute(2);
            simulation.submits(List.of(
                    JobPlan.of(
                            "short", SampleJob.of(120).command(program(3_000)).spec()),
                    JobPlan.of("long", SampleJob.of(6).command(program(40_000)).spec())));
            simulation.run();
            assertThat(job(simulation, "short").phase()).isEqualTo(JobPhase.SUCCEEDED);
            assertThat(job(simulation, "long").phase()).isEqualTo(JobPhase.SUCCEEDED);
            outages += simulation.switches.outages();
            suspected += events(simulation, EventKind.SWITCH_SUSPECTED).count();
            cleared += events(simulation, EventKind.SWITCH_CLEARED).count();
            lost += events(simulation, EventKind.TASKS_LOST).count();
        }
        System.out.println("switch: " + outages + " outages, " + suspected + " suspected, " + cleared + " cleared, "
                + lost + " losses of tasks told");
        assertThat(suspected).isPositive();
        assertThat(cleared).isPositive();
    }

    @Test
    void aJobWithOneSlowBoardEndsMuchEarlierWithSecondAttempts() {
        List<String> figures = new ArrayList<>();
        double with = 0;
        double without = 0;
        for (long seed = 1; seed <= 10; seed++) {
            double early = slowBoard(seed, false);
            double late = slowBoard(seed, true);
            figures.add(String.format(Locale.ROOT, "%.0f/%.0f", early, late));
            with += early;
            without += late;
        }
        System.out.println(
                "one of four boards 20 times as slow, 60 tasks of 2 s; seconds with/without copies: " + figures);
        assertThat(with).isLessThan(without / 2);
    }

    /** Virtual seconds from submission to the job's end. */
    private static double slowBoard(long seed, boolean withoutCopies) {
        Simulation simulation =
                new Simulation(options(seed, 4, Duration.ofSeconds(1))).rerunBy("-Dtest=SickSimulationTest");
        if (withoutCopies) {
            simulation.invariants.seconds.lose();
        }
        // It does not say so itself, as a card does not that is about to die.
        simulation.nodes().getLast().secretSlowness(20);
        simulation.submits(List.of(
                JobPlan.of("slow", SampleJob.of(60).command(program(2_000)).spec())));
        simulation.run();
        JobRecord job = job(simulation, "slow");
        assertThat(job.phase()).isEqualTo(JobPhase.SUCCEEDED);
        Moment began = event(simulation, EventKind.JOB_SUBMITTED).at();
        return event(simulation, EventKind.JOB_SUCCEEDED).at().since(began).toMillis() / 1000.0;
    }

    private static EventRecord event(Simulation simulation, EventKind kind) {
        return simulation.invariants.front().events().after(0).stream()
                .filter(event -> event.what().kind() == kind)
                .findFirst()
                .orElseThrow();
    }
}
