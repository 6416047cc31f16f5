package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;

/** The whole table. */
public record Figures(List<Figure> rows) {
    private static final String NOTHING = "-";

    public String json() {
        ArrayNode all = Json.array();
        rows.forEach(row -> all.add(row.json()));
        return Json.pretty(all);
    }

    public void print(Screen screen) {
        Table table = new Table(List.of(
                Column.text("MEASURE"),
                Column.number("FIGURE"),
                Column.number("BESIDE IT"),
                Column.number("RATIO"),
                Column.text("WHAT IT MEANS")));
        for (Figure row : rows) {
            table.add(
                    row.what(),
                    row.amount().map(Figure.Amount::shown).orElse(NOTHING),
                    row.beside().map(other -> other.amount().shown()).orElse(NOTHING),
                    row.ratio()
                            .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                            .orElse(NOTHING),
                    row.meaning()
                            + row.beside()
                                    .map(other -> "; beside it: " + other.command())
                                    .orElse(""));
        }
        table.print(screen);
    }
}
