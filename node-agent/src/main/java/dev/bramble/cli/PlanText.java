package dev.bramble.cli;

import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import dev.bramble.control.plan.Amounts;
import dev.bramble.control.plan.Compared;
import dev.bramble.control.plan.Plan;
import dev.bramble.control.plan.PlanWords;
import dev.bramble.control.plan.PowerWay;
import dev.bramble.control.plan.Shopping;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan for people. */
final class PlanText {
    private final Plan plan;
    private final Screen screen;

    PlanText(Plan plan, Screen screen) {
        this.plan = plan;
        this.screen = screen;
    }

    void print() {
        title("Parts of " + plan.bramble().name() + ", with "
                + plan.wish().power().label());
        parts();
        title("Power");
        power();
        say(PlanWords.power(plan.power()));
        title("Network");
        say(PlanWords.network(plan.network()));
        title("Beside " + plan.server().name() + " for "
                + Amounts.dollars(plan.server().price()));
        compared();
        say(PlanWords.verdict(plan));
        plan.work().ifPresent(work -> {
            title("Your work");
            say(PlanWords.work(work, plan));
        });
        title("The example that such clusters are built by");
        say(PlanWords.story(plan.story()));
    }

    private void title(String text) {
        screen.line("");
        screen.line(screen.styled(Style.BOLD, text));
    }

    private void say(List<String> sentences) {
        sentences.forEach(screen::line);
    }

    private void parts() {
        Table table = new Table(List.of(
                Column.number("COUNT"),
                Column.text("PART"),
                Column.number("EACH"),
                Column.number("COST"),
                Column.text("WHAT")));
        for (Shopping.Line line : plan.shopping().lines()) {
            table.add(
                    line.quantity(),
                    line.part().name(),
                    mark(line) + String.format(Locale.ROOT, "%.2f", line.price()),
                    String.format(Locale.ROOT, "%,.2f", line.cost()),
                    line.part().about());
        }
        table.print(screen);
        int nodes = plan.wish().nodes();
        screen.line("total " + Amounts.dollars(plan.shopping().total())
                + (nodes == 1 ? "" : ", " + Amounts.dollars(plan.shopping().total() / nodes) + " a board")
                + "; one more board: " + Amounts.dollars(plan.nextStep()));
        screen.line("~ estimate, " + Amounts.dollars(plan.shopping().estimated())
                + " of the total; * your price; without shipping and taxes. --csv and --json have dates and sources.");
    }

    private static String mark(Shopping.Line line) {
        return line.isOwn() ? "*" : line.part().isEstimate() ? "~" : "";
    }

    private void power() {
        Table table = new Table(List.of(
                Column.text("WAY"),
                Column.number("SUPPLIES"),
                Column.number("IDLE W"),
                Column.number("LOAD W"),
                Column.number("START W"),
                Column.number("FULL"),
                Column.number("ALL PARTS"),
                Column.text("")));
        for (Plan.Way way : plan.ways()) {
            PowerWay power = way.power().way();
            table.add(
                    power.word(),
                    way.power().supplies(),
                    Amounts.of(Math.rint(way.power().idleWatts())),
                    Amounts.of(Math.rint(way.power().loadWatts())),
                    Amounts.of(Math.rint(way.power().startWatts())),
                    Amounts.share(way.power().loadShare()),
                    Amounts.dollars(way.total()),
                    power == plan.wish().power() ? "as planned" : "");
        }
        table.print(screen);
    }

    private void compared() {
        Table table = new Table(List.of(
                Column.text("FIGURE"),
                Column.number(plan.bramble().name().toUpperCase(Locale.ROOT)),
                Column.number(plan.server().name().toUpperCase(Locale.ROOT)),
                Column.text("BETTER")));
        for (Compared row : plan.compared()) {
            table.add(
                    row.label(),
                    Amounts.of(row.bramble(), row.unit()),
                    Amounts.of(row.server(), row.unit()),
                    row.better().words());
        }
        table.print(screen);
    }

    /** The parts as a table for other programs, with a line for the total. */
    static List<String> csv(Plan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("part,about,per_node,quantity,price,cost,currency,date,source");
        for (Shopping.Line line : plan.shopping().lines()) {
            lines.add(String.join(
                    ",",
                    line.part().name(),
                    quoted(line.part().about()),
                    String.valueOf(line.part().perNode()),
                    String.valueOf(line.quantity()),
                    String.format(Locale.ROOT, "%.2f", line.price()),
                    String.format(Locale.ROOT, "%.2f", line.cost()),
                    line.part().currency(),
                    line.isOwn() ? "" : line.part().date().toString(),
                    line.isOwn() ? "your price" : quoted(line.part().source())));
        }
        lines.add(String.format(
                Locale.ROOT, "total,,,,,%.2f,USD,,", plan.shopping().total()));
        return List.copyOf(lines);
    }

    private static String quoted(String text) {
        return text.contains(",") || text.contains("\"") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
