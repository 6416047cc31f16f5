package dev.bramble.control.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is bought for one machine, in the order of the catalogue.
 *
 * @param lines only what at least one is bought of
 */
public record Shopping(List<Line> lines) {
    /**
     * @param price of one, in dollars
     * @param isOwn whether the one who plans said that price
     */
    public record Line(Part part, int quantity, double price, boolean isOwn) {
        /** In dollars. */
        public double cost() {
            return quantity * price;
        }
    }

    /** For a bramble as it is wished, but of {@code nodes} boards. */
    static Shopping bramble(Catalogue catalogue, PlanWish wish, int nodes) {
        return of(catalogue, "bramble", Set.of(wish.board(), wish.power().word()), nodes, wish.prices());
    }

    /** For the one large machine. */
    static Shopping server(Catalogue catalogue, PlanWish wish) {
        return of(catalogue, "server", Set.of(), 1, wish.prices());
    }

    private static Shopping of(
            Catalogue catalogue, String machine, Set<String> chosen, int nodes, Map<String, Double> prices) {
        return new Shopping(catalogue.parts().stream()
                .filter(part -> part.machine().equals(machine) && part.quantity(nodes) > 0)
                .filter(part -> part.when().isEmpty() || part.when().stream().anyMatch(chosen::contains))
                .map(part -> new Line(
                        part,
                        part.quantity(nodes),
                        prices.getOrDefault(part.name(), part.price()),
                        prices.containsKey(part.name())))
                .toList());
    }

    /** In dollars. */
    public double total() {
        return lines.stream().mapToDouble(Line::cost).sum();
    }

    /** In dollars: of what nobody was found to sell for that. */
    public double estimated() {
        return lines.stream()
                .filter(line -> line.part().isEstimate() && !line.isOwn())
                .mapToDouble(Line::cost)
                .sum();
    }

    /** How many of the parts whose names begin so. */
    int count(String prefix) {
        return lines.stream()
                .filter(line -> line.part().name().startsWith(prefix))
                .mapToInt(Line::quantity)
                .sum();
    }

    /** The switch that is bought; each bramble has one kind. */
    String switchName() {
        return lines.stream()
                .map(line -> line.part().name())
                .filter(name -> name.startsWith("switch-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no switch for so many boards in parts.csv"));
    }
}
