package dev.bramble.control.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known of a bramble before it is built.
 *
 * @param ways the same boards with each way of power, for comparison
 * @param kwhPrice in dollars
 * @param boardStep price of one more board with what only it takes, in dollars
 * @param nextStep price of one more board with all that it takes, such as a larger switch; {@code boardStep} for the
 *     largest bramble
 * @param work empty when nobody measured
 */
public record Plan(
        PlanWish wish,
        Shopping shopping,
        Shopping serverShopping,
        List<Way> ways,
        PowerBudget power,
        NetworkPlan network,
        Machine bramble,
        Machine server,
        List<Compared> compared,
        double kwhPrice,
        double boardStep,
        double nextStep,
        Story story,
        Optional<OwnWork> work) {
    /** @param total price of all parts with this way of power, in dollars */
    public record Way(PowerBudget power, double total) {}

    /**
     * The example that the idea of such clusters is told by, with the figures of today beside it.
     *
     * @param serverPrice of the processor alone
     */
    public record Story(
            int boards,
            double boardPrice,
            int serverCores,
            double serverPrice,
            double boardCores,
            double boardGflops,
            double serverGflops) {
        public double perCore() {
            return boardPrice / boardCores;
        }

        public double serverPerCore() {
            return serverPrice / serverCores;
        }

        public double perGflops() {
            return boardPrice / boardGflops;
        }

        public double serverPerGflops() {
            return serverPrice / serverGflops;
        }
    }

    public static Plan of(PlanWish wish) {
        return of(wish, Catalogue.shipped());
    }

    static Plan of(PlanWish wish, Catalogue catalogue) {
        Shopping shopping = Shopping.bramble(catalogue, wish, wish.nodes());
        Shopping serverShopping = Shopping.server(catalogue, wish);
        PowerBudget power = PowerBudget.of(catalogue, wish, shopping);
        Machine bramble = Machine.bramble(catalogue, wish, power, shopping.total());
        Machine server = Machine.server(catalogue, serverShopping.total());
        double kwhPrice = wish.prices().getOrDefault(Catalogue.KWH, catalogue.value("energy.kwh-price"));
        double boardStep = boardStep(shopping);
        double nextStep = wish.nodes() == PlanWish.NODES_MAX
                ? boardStep
                : Shopping.bramble(catalogue, wish, wish.nodes() + 1).total() - shopping.total();
        Machine board = Machine.bramble(
                catalogue, new PlanWish(1, wish.board(), wish.power(), Map.of(), Optional.empty()), power, boardStep);
        return new Plan(
                wish,
                shopping,
                serverShopping,
                ways(wish, catalogue),
                power,
                NetworkPlan.of(catalogue, wish.nodes(), shopping),
                bramble,
                server,
                Compared.all(bramble, server, kwhPrice, boardStep),
                kwhPrice,
                boardStep,
                nextStep,
                story(catalogue, wish.board()),
                wish.work()
                        .map(work -> OwnWork.of(work, bramble, board, server, kwhPrice, catalogue.value("use.years"))));
    }

    private static List<Way> ways(PlanWish wish, Catalogue catalogue) {
        return Arrays.stream(PowerWay.values())
                .map(way -> new PlanWish(wish.nodes(), wish.board(), way, wish.prices(), Optional.empty()))
                .map(other -> {
                    Shopping shopping = Shopping.bramble(catalogue, other, other.nodes());
                    return new Way(PowerBudget.of(catalogue, other, shopping), shopping.total());
                })
                .toList();
    }

    private static double boardStep(Shopping shopping) {
        return shopping.lines().stream()
                .mapToDouble(line -> line.part().perNode() * line.price())
                .sum();
    }

    private static Story story(Catalogue catalogue, String board) {
        return new Story(
                (int) catalogue.value("story.boards"),
                catalogue.value("story.board-price"),
                (int) catalogue.value("story.server-cores"),
                catalogue.value("story.server-price"),
                catalogue.value(board + ".cores"),
                catalogue.value(board + ".gflops"),
                catalogue.value("server.gflops"));
    }
}
