package dev.bramble.control.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a plan means, in sentences that the command line and the page say alike. */
public final class PlanWords {
    private PlanWords() {}

    /** Whether the supplies are enough, how they start, and what stops with one of them. */
    public static List<String> power(PowerBudget power) {
        List<String> all = new ArrayList<>();
        all.add("The fullest supply gives " + Amounts.share(power.loadShare()) + " of its rating under load and "
                + Amounts.share(power.startShare()) + " when all boards start at once: "
                + (power.isEnough()
                        ? "it should stay below " + Amounts.share(power.shareMax()) + "."
                        : "NOT ENOUGH, it should stay below " + Amounts.share(power.shareMax())
                                + ": use one more, or a larger one."));
        if (power.inrushAmps() > 0) {
            all.add("Switching on draws about " + Amounts.of(power.inrushAmps(), "A") + " from the mains for"
                    + " milliseconds" + (power.supplies() > 2 ? ": switch supplies on one by one." : "."));
        }
        if (power.boardVolts() > 0) {
            all.add(String.format(
                    Locale.ROOT,
                    "A board under load gets %.2f V; under-voltage begins near %.2f V.",
                    power.boardVolts(),
                    power.voltsMin()));
        }
        all.add(Amounts.share(power.shareLost()) + " of the boards stop with one "
                + (power.way() == PowerWay.POE ? "switch" : "supply") + ".");
        return List.copyOf(all);
    }

    /** Switches, their ports, and how fast boards reach each other. */
    public static List<String> network(NetworkPlan network) {
        String rate = Amounts.of(network.portRate(), "MB/s");
        List<String> all = new ArrayList<>();
        all.add((network.switches() == 1 ? "One switch of " : network.switches() + " switches of ") + network.ports()
                + " ports of 1 Gbit/s, each with a port for your network; free: " + network.freePorts() + ".");
        all.add("Any two boards on one switch exchange " + rate + ", all of them at once "
                + Amounts.of(network.withinRate() / network.switches(), "MB/s") + ".");
        if (network.switches() > 1) {
            all.add("Between switches it is " + rate + " for all boards of a switch together: tell Bramble the layout,"
                    + " and split jobs that exchange much.");
        }
        return List.copyOf(all);
    }

    /** What can be concluded, and where the large machine wins. */
    public static List<String> verdict(Plan plan) {
        Machine bramble = plan.bramble();
        Machine server = plan.server();
        double dense = (bramble.gflops() / bramble.price()) / (server.gflops() / server.price());
        double integer = (bramble.mips() / bramble.price()) / (server.mips() / server.price());
        List<String> all = new ArrayList<>();
        all.add("For a dollar the boards do " + Amounts.of(dense) + " of the large machine's dense algebra and "
                + Amounts.of(integer) + " of its integer work"
                + (dense < 1 && integer < 1 ? ": where only speed counts, buy the large machine." : "."));
        all.add("What the boards have instead: growth in steps of " + Amounts.dollars(plan.boardStep())
                + " instead of " + Amounts.dollars(server.price()) + ", " + Amounts.share(1.0 / bramble.nodes())
                + " lost when one fails instead of everything, service without a stop.");
        all.add("A task must fit into the " + Amounts.of(bramble.memory() / bramble.nodes(), "GB")
                + " of one board, and should seldom talk to others: a board's wire is "
                + Amounts.of(
                        bramble.bandwidth() / bramble.nodes() / plan.network().portRate())
                + " times slower than its memory.");
        return List.copyOf(all);
    }

    /** The example as it is told, and what became of it. */
    public static List<String> story(Plan.Story story) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "As it is told: %d boards of %.0f cores at $%.0f each against a processor of %d cores at"
                                + " $%,.0f: $%.2f a core against $%.2f.",
                        story.boards(),
                        story.boardCores(),
                        story.boardPrice(),
                        story.serverCores(),
                        story.serverPrice(),
                        story.perCore(),
                        story.serverPerCore()),
                String.format(
                        Locale.ROOT,
                        "But its cores do more: $%.2f a GFLOPS against $%.2f, even at those prices.",
                        story.perGflops(),
                        story.serverPerGflops()));
    }

    /** What the user's own tasks come to. */
    public static List<String> work(OwnWork work, Plan plan) {
        List<String> all = new ArrayList<>();
        all.add(plan.bramble().name() + " should do " + Amounts.of(work.tasksPerSecond()) + " of your tasks a second,"
                + " and each further board " + Amounts.of(work.perBoard()) + " for "
                + Amounts.dollars(plan.boardStep()) + ".");
        all.add("A million of them take " + Amounts.of(work.kwhPerMillion(), "kWh") + " and cost "
                + Amounts.dollars(work.dollarsPerMillion())
                + ", boards and energy together, when they are always busy.");
        all.add("The large machine is the better buy when it does more than " + Amounts.of(work.evenTasksPerSecond())
                + " a second: when one of its cores does your task " + Amounts.of(work.evenCoreFactor())
                + " times as fast as one of a board. Measure that.");
        all.add("By the benchmarks it would do " + Amounts.of(work.serverFewest()) + " to "
                + Amounts.of(work.serverMost()) + ".");
        work.serverMeasured()
                .ifPresent(measured -> all.add("As you measured, it does " + Amounts.of(measured.tasksPerSecond())
                        + ": a million cost " + Amounts.dollars(measured.dollarsPerMillion()) + " there, so "
                        + (measured.dollarsPerMillion() < work.dollarsPerMillion()
                                ? "the large machine is cheaper for your work."
                                : "the boards are cheaper for your work.")));
        return List.copyOf(all);
    }
}
