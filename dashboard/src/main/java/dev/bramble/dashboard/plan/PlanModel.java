package dev.bramble.dashboard.plan;

import dev.bramble.control.plan.Amounts;
import dev.bramble.control.plan.Catalogue;
import dev.bramble.control.plan.Compared;
import dev.bramble.control.plan.Plan;
import dev.bramble.control.plan.PlanReader;
import dev.bramble.control.plan.PlanWish;
import dev.bramble.control.plan.PlanWords;
import dev.bramble.control.plan.PowerWay;
import dev.bramble.control.plan.Shopping;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the page shows.
 *
 * @param measured where the rate in the form is from, or what to do to have one; a sentence
 * @param isMeasured whether there is a rate that was measured here
 * @param result empty when something that was typed is wrong
 */
public record PlanModel(
        Form form, String measured, boolean isMeasured, List<Problem> mistakes, Optional<Result> result) {
    /** As typed. */
    public record Form(
            String nodes,
            List<Choice> boards,
            List<Choice> ways,
            String kwh,
            String rate,
            String rateNodes,
            String serverRate) {}

    /** @param isChosen whether it stands in the form */
    public record Choice(String value, String label, boolean isChosen) {}

    /** The same sentences and tables as the command line's. */
    public record Result(
            String headline,
            List<String> verdict,
            String serverName,
            String brambleName,
            List<Row> rows,
            List<String> work,
            List<WayRow> ways,
            List<String> power,
            List<String> network,
            List<PartRow> parts,
            String total,
            List<String> story) {}

    /** @param better in words */
    public record Row(String label, String bramble, String server, String better, String why) {}

    /** @param isChosen whether it is the planned one */
    public record WayRow(
            String label,
            int supplies,
            String idle,
            String load,
            String start,
            String full,
            String total,
            boolean isChosen) {}

    /** @param price "about" in front when it is an estimate */
    public record PartRow(String count, String about, String price, String cost, String date, String source) {}

    /** What a visitor typed; an empty text where the form has none. */
    record Typed(
            String nodes,
            String board,
            String power,
            String kwh,
            Optional<String> rate,
            String rateNodes,
            String serverRate) {}

    /** @param nodesKnown boards that this bramble has: what is planned unless somebody says otherwise */
    static PlanModel of(Typed typed, Optional<MeasuredWork> work, int nodesKnown, Catalogue catalogue) {
        boolean isTaken = typed.rate().isEmpty() && work.isPresent();
        String rate = isTaken
                ? String.format(Locale.ROOT, "%.3f", work.get().tasksPerSecond())
                : typed.rate().orElse("");
        String rateNodes = isTaken ? String.valueOf(work.get().nodes()) : typed.rateNodes();
        String nodes =
                typed.nodes().isEmpty() ? String.valueOf(Math.clamp(nodesKnown, 1, PlanWish.NODES_MAX)) : typed.nodes();
        PlanReader.Read read = PlanReader.read(
                new PlanReader.Typed(
                        nodes,
                        typed.board(),
                        typed.power(),
                        typed.kwh().isEmpty() ? List.of() : List.of("kwh=" + typed.kwh()),
                        rate,
                        rate.isEmpty() ? "" : rateNodes,
                        rate.isEmpty() ? "" : typed.serverRate()),
                catalogue);
        Form form = new Form(
                nodes,
                boards(typed.board(), catalogue),
                Arrays.stream(PowerWay.values())
                        .map(way -> new Choice(
                                way.word(),
                                way.label(),
                                typed.power().isEmpty()
                                        ? way == PowerWay.STRONG
                                        : way.word().equals(typed.power())))
                        .toList(),
                typed.kwh().isEmpty() ? Amounts.of(catalogue.value("energy.kwh-price")) : typed.kwh(),
                rate,
                rateNodes,
                typed.serverRate());
        return new PlanModel(
                form,
                measured(typed, work),
                work.isPresent(),
                read.problems(),
                read.wish().map(Plan::of).map(PlanModel::result));
    }

    private static List<Choice> boards(String typed, Catalogue catalogue) {
        String chosen = typed.isEmpty() ? catalogue.boards().getFirst() : typed;
        return catalogue.parts().stream()
                .filter(part -> catalogue.boards().contains(part.name()))
                .map(part -> new Choice(part.name(), part.about(), part.name().equals(chosen)))
                .toList();
    }

    private static String measured(Typed typed, Optional<MeasuredWork> work) {
        if (work.isEmpty()) {
            return "This head has not seen your work yet: run a job with more tasks than the boards take at once, and"
                    + " come back, or type a rate.";
        }
        return (typed.rate().isEmpty() ? "Measured here: " : "Typed; measured here: ")
                + work.get().words() + ".";
    }

    private static Result result(Plan plan) {
        return new Result(
                Shown.sentence(plan.bramble().name() + " for "
                        + Amounts.dollars(plan.shopping().total()) + ", "
                        + plan.server().name() + " for "
                        + Amounts.dollars(plan.server().price())),
                PlanWords.verdict(plan),
                plan.server().name(),
                plan.bramble().name(),
                plan.compared().stream().map(PlanModel::row).toList(),
                plan.work().map(work -> PlanWords.work(work, plan)).orElse(List.of()),
                plan.ways().stream().map(way -> wayRow(way, plan)).toList(),
                PlanWords.power(plan.power()),
                PlanWords.network(plan.network()),
                plan.shopping().lines().stream().map(PlanModel::partRow).toList(),
                Amounts.dollars(plan.shopping().total()) + ", of which "
                        + Amounts.dollars(plan.shopping().estimated()) + " are estimates; one more board: "
                        + Amounts.dollars(plan.nextStep()),
                PlanWords.story(plan.story()));
    }

    private static Row row(Compared row) {
        return new Row(
                row.label(),
                Amounts.of(row.bramble(), row.unit()),
                Amounts.of(row.server(), row.unit()),
                row.better().words(),
                row.why());
    }

    private static WayRow wayRow(Plan.Way way, Plan plan) {
        return new WayRow(
                Shown.sentence(way.power().way().label()).replaceAll("\\.$", ""),
                way.power().supplies(),
                watts(way.power().idleWatts()),
                watts(way.power().loadWatts()),
                watts(way.power().startWatts()),
                Amounts.share(way.power().loadShare()),
                Amounts.dollars(way.total()),
                way.power().way() == plan.wish().power());
    }

    private static String watts(double watts) {
        return Amounts.of(Math.rint(watts), "W");
    }

    private static PartRow partRow(Shopping.Line line) {
        return new PartRow(
                Shown.count(line.quantity()),
                line.part().about(),
                (line.part().isEstimate() ? "about " : "") + Amounts.dollars(line.price()),
                Amounts.dollars(line.cost()),
                line.part().date().toString(),
                line.part().source());
    }
}
