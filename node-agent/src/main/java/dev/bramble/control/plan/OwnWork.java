package dev.bramble.control.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * What the user's own tasks come to, from the rate that was measured. Rates grow with the boards as Bramble's do when
 * nothing but the boards is the limit: linearly.
 *
 * @param tasksPerSecond of the planned bramble
 * @param perBoard the same of one board
 * @param kwhPerMillion energy of a million tasks, under load
 * @param dollarsPerMillion of a million tasks: energy, and the price of all parts over the years of use at full load
 * @param evenTasksPerSecond what the large machine has to do to give as many tasks for its price
 * @param evenCoreFactor how much faster than a core of a board each of its cores has to be for that
 * @param serverFewest what the large machine does if it is ahead of boards as little as in the benchmark that suits
 *     boards best, and {@code serverMost} in the one that suits it best
 * @param serverMeasured what it did; empty when nobody measured
 */
public record OwnWork(
        double tasksPerSecond,
        double perBoard,
        double kwhPerMillion,
        double dollarsPerMillion,
        double evenTasksPerSecond,
        double evenCoreFactor,
        double serverFewest,
        double serverMost,
        Optional<Measured> serverMeasured) {
    /** The same of the large machine, from what it did. */
    public record Measured(double tasksPerSecond, double kwhPerMillion, double dollarsPerMillion) {}

    private static final double SECONDS_PER_YEAR = 365.0 * 24 * 3600;

    /** @param board one of the bramble's, by itself */
    static OwnWork of(
            PlanWish.Work work, Machine bramble, Machine board, Machine server, double kwhPrice, double years) {
        double perBoard = work.tasksPerSecond() / work.nodes();
        double rate = perBoard * bramble.nodes();
        double even = rate * server.price() / bramble.price();
        List<Double> ahead = DoubleStream.of(
                        server.gflops() / board.gflops(),
                        server.mips() / board.mips(),
                        server.bandwidth() / board.bandwidth())
                .sorted()
                .boxed()
                .toList();
        return new OwnWork(
                rate,
                perBoard,
                kwhPerMillion(bramble, rate),
                dollarsPerMillion(bramble, rate, kwhPrice, years),
                even,
                even / server.cores() / (rate / bramble.cores()),
                perBoard * ahead.getFirst(),
                perBoard * ahead.getLast(),
                work.serverTasksPerSecond()
                        .map(measured -> new Measured(
                                measured,
                                kwhPerMillion(server, measured),
                                dollarsPerMillion(server, measured, kwhPrice, years))));
    }

    private static double kwhPerMillion(Machine machine, double rate) {
        return machine.loadWatts() / 1000 * 1e6 / rate / 3600;
    }

    private static double dollarsPerMillion(Machine machine, double rate, double kwhPrice, double years) {
        double tasks = rate * SECONDS_PER_YEAR * years;
        return 1e6 * machine.price() / tasks + kwhPerMillion(machine, rate) * kwhPrice;
    }
}
