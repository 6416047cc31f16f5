package dev.bramble.control.plan;

import dev.bramble.control.jobfile.Suggestion;
import dev.bramble.model.CutText;
import dev.bramble.model.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads what people type about a plan, and says all that is wrong with it at once. */
public final class PlanReader {
    /** Of a price: nothing in a rack costs more. */
    private static final double PRICE_MAX = 1_000_000;
    /** A bramble does a few million lines a second at the most. */
    private static final double RATE_MAX = 1e9;
    /** Of what was typed, in a sentence about it. */
    private static final int SHOWN_CHARS_MAX = 40;

    private PlanReader() {}

    /**
     * As typed; an empty text stands for the usual.
     *
     * @param prices {@code NAME=DOLLARS} each
     * @param rate tasks a second
     * @param rateNodes boards that did them
     */
    public record Typed(
            String nodes,
            String board,
            String power,
            List<String> prices,
            String rate,
            String rateNodes,
            String serverRate) {}

    /** @param wish empty when something is wrong; the place of a problem is the name of the field */
    public record Read(Optional<PlanWish> wish, List<Problem> problems) {}

    public static Read read(Typed typed, Catalogue catalogue) {
        List<Problem> problems = new ArrayList<>();
        int nodes = whole("nodes", typed.nodes(), 16, problems);
        String board = typed.board().isEmpty() ? catalogue.boards().getFirst() : typed.board();
        if (!catalogue.boards().contains(board)) {
            problems.add(new Problem("board", "there is no board " + unknown(board, catalogue.boards())));
        }
        String way = typed.power().isEmpty() ? PowerWay.STRONG.word() : typed.power();
        Optional<PowerWay> power = PowerWay.read(way);
        if (power.isEmpty()) {
            problems.add(new Problem("power", "there is no way " + unknown(way, PowerWay.words())));
        }
        Map<String, Double> prices = prices(typed.prices(), catalogue, problems);
        Optional<PlanWish.Work> work = work(typed, nodes, problems);
        return problems.isEmpty()
                ? new Read(Optional.of(new PlanWish(nodes, board, power.orElseThrow(), prices, work)), List.of())
                : new Read(Optional.empty(), List.copyOf(problems));
    }

    private static Map<String, Double> prices(List<String> typed, Catalogue catalogue, List<Problem> problems) {
        Map<String, Double> prices = new HashMap<>();
        for (String text : typed) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            Optional<Double> price = equals < 0 ? Optional.empty() : number(text.substring(equals + 1), 0, PRICE_MAX);
            if (!catalogue.priced().contains(name)) {
                problems.add(new Problem("price", "there is no part " + unknown(name, catalogue.priced())));
            } else if (price.isEmpty()) {
                problems.add(new Problem(
                        "price",
                        "say the price of " + name + " in dollars, such as " + name + "=12.50; it is '" + shown(text)
                                + "'"));
            } else {
                prices.put(name, price.get());
            }
        }
        return Map.copyOf(prices);
    }

    private static Optional<PlanWish.Work> work(Typed typed, int nodes, List<Problem> problems) {
        Optional<Double> rate = rate("rate", typed.rate(), problems);
        Optional<Double> server = rate("server-rate", typed.serverRate(), problems);
        int rateNodes = whole("rate-nodes", typed.rateNodes(), nodes, problems);
        if (typed.rate().isEmpty()
                && !(typed.rateNodes().isEmpty() && typed.serverRate().isEmpty())) {
            problems.add(new Problem("rate", "is missing: the other figures of your work mean nothing without it"));
        }
        return rate.map(known -> new PlanWish.Work(known, rateNodes, server));
    }

    private static Optional<Double> rate(String field, String text, List<Problem> problems) {
        Optional<Double> rate = number(text, Double.MIN_NORMAL, RATE_MAX);
        if (rate.isEmpty() && !text.isEmpty()) {
            problems.add(new Problem(
                    field, "must be tasks a second, such as 0.5 or 1200, and above 0; it is '" + shown(text) + "'"));
        }
        return rate;
    }

    private static int whole(String field, String text, int otherwise, List<Problem> problems) {
        if (text.isEmpty()) {
            return otherwise;
        }
        if (text.matches("[0-9]{1,3}")) {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= PlanWish.NODES_MAX) {
                return number;
            }
        }
        problems.add(new Problem(
                field, "must be a number of boards from 1 to " + PlanWish.NODES_MAX + ", it is '" + shown(text) + "'"));
        return otherwise;
    }

    private static Optional<Double> number(String text, double min, double max) {
        if (!text.matches("[0-9]{0,12}(\\.[0-9]{1,12})?") || text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Double.parseDouble(text)).filter(number -> number >= min && number <= max);
    }

    private static String unknown(String word, java.util.Collection<String> known) {
        return "'" + shown(word) + "'"
                + Suggestion.nearest(word.toLowerCase(Locale.ROOT), known)
                        .map(meant -> ": did you mean '" + meant + "'?")
                        .orElse(": there are " + String.join(", ", known));
    }

    private static String shown(String text) {
        return CutText.shortened(text, SHOWN_CHARS_MAX);
    }
}
