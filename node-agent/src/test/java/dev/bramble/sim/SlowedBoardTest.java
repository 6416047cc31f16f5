package dev.bramble.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.EventRecord;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.RecordedResult;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobPhase;
import dev.bramble.model.SampleJob;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** A bramble of four boards, one of which is slowed: how near a job's end comes to what the boards could do at best. */
class SlowedBoardTest {
    private static final int SEEDS = 3;
    /** Of the ideal for the capacity that is left. */
    private static final double SHARE_MORE_MAX = 1.05;

    private static final BiConsumer<SimNode, Double> THROTTLED = (board, speed) -> board.slowness(1 / speed);
    /** As a card that is about to die makes it: the clock is as ever. */
    private static final BiConsumer<SimNode, Double> SECRETLY = (board, speed) -> board.secretSlowness(1 / speed);

    @Test
    void aJobWithAThrottledBoardOfFourEndsWithinFivePercentOfTheIdeal() {
        assertNearIdeal("throttled", THROTTLED);
    }

    @Test
    void whatABoardDoesIsMeasuredWhateverItsClockSays() {
        assertNearIdeal("slowed secretly", SECRETLY);
    }

    private static void assertNearIdeal(String how, BiConsumer<SimNode, Double> slowing) {
        for (double speed : new double[] {0.25, 0.6}) {
            double commands = worst(commands(1_200, 10_000), speed, slowing);
            double lines = worst(lines(40_000, 5_000), speed, slowing);
            System.out.printf(
                    Locale.ROOT,
                    "one of four boards %s to %.2f, times the ideal: %.3f for 1200 tasks of 10 s, %.3f for 40000 lines"
                            + " of 5 ms%n",
                    how,
                    speed,
                    commands,
                    lines);
            assertThat(commands).isLessThan(SHARE_MORE_MAX);
            assertThat(lines).isLessThan(SHARE_MORE_MAX);
        }
    }

    /** Whoever gives every board what it asks for waits in the end for what the slow one has begun last. */
    @Test
    void aSlowBoardEndsNoJobLaterThanItWouldEndWithoutIt() {
        double with = 0;
        double without = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            for (int tasks : new int[] {6, 14, 26, 40}) {
                with += seconds(simulate(seed, 4, commands(tasks, 10_000), 0.2, THROTTLED));
                without += seconds(simulate(seed, 3, commands(tasks, 10_000), 1, THROTTLED));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "small jobs on three boards: %.0f s; with a fourth one at 0.2 of its speed: %.0f s%n",
                without,
                with);
        assertThat(with).isLessThan(without * 1.03);
    }

    private static JobPlan commands(int tasks, long millis) {
        return JobPlan.of(
                "work",
                SampleJob.of(tasks)
                        .command(new Behaviour(millis, 0, 0, 0, false).command())
                        .attempts(10)
                        .spec());
    }

    private static JobPlan lines(int lines, long micros) {
        return JobPlan.of(
                "work",
                SampleJob.of(lines)
                        .filter()
                        .command(new FilterBehaviour(micros, 0, 0, 0, false).command())
                        .attempts(10)
                        .spec());
    }

    private static double worst(JobPlan job, double speed, BiConsumer<SimNode, Double> slowing) {
        double worst = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            worst = Math.max(worst, timesTheIdeal(simulate(seed, 4, job, speed, slowing), speed));
        }
        return worst;
    }

    /** The last of so many boards is slowed. */
    private static Simulation simulate(
            long seed, int boards, JobPlan plan, double speed, BiConsumer<SimNode, Double> slowing) {
        SimOptions options =
                new SimOptions(seed, boards, 3, 1, 24, Duration.ofSeconds(1), Faults.NEARLY_NONE, false, false);
        Simulation simulation = new Simulation(options).rerunBy("-Dtest=SlowedBoardTest");
        slowing.accept(simulation.nodes().getLast(), speed);
        simulation.submits(List.of(plan));
        simulation.run();
        assertThat(job(simulation).phase()).isEqualTo(JobPhase.SUCCEEDED);
        return simulation;
    }

    private static JobRecord job(Simulation simulation) {
        return simulation.invariants.front().jobs().values().iterator().next();
    }

    private static double timesTheIdeal(Simulation simulation, double speed) {
        SimNode slowed = simulation.nodes().getLast();
        double cores = 0;
        for (SimNode node : simulation.nodes()) {
            cores += node.capacity.milliCpus() / 1000.0 * (node == slowed ? speed : 1);
        }
        return seconds(simulation) / (work(job(simulation), slowed, speed) / cores);
    }

    /** Processor seconds at full speed. */
    private static double work(JobRecord job, SimNode slowed, double speed) {
        int tasks = job.spec().tasks().count();
        if (job.spec().filter().isPresent()) {
            return tasks * FilterBehaviour.of(job.spec().command()).micros() / 1e6;
        }
        double work = 0;
        for (int task = 0; task < tasks; task++) {
            RecordedResult result = job.result(task).orElseThrow();
            work += result.millis() / 1000.0 * (result.node().equals(slowed.id) ? speed : 1);
        }
        return work;
    }

    /** From its acceptance to its end. */
    private static double seconds(Simulation simulation) {
        return event(simulation, EventKind.JOB_SUCCEEDED)
                        .at()
                        .since(event(simulation, EventKind.JOB_SUBMITTED).at())
                        .toMillis()
                / 1000.0;
    }

    private static EventRecord event(Simulation simulation, EventKind kind) {
        return simulation.invariants.front().events().after(0).stream()
                .filter(event -> event.what().kind() == kind)
                .findFirst()
                .orElseThrow();
    }
}
