package dev.bramble.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Columns that line up. On a terminal the last column is cut to the window; in a file nothing is. */
public final class Table {
    private static final String GAP = "  ";
    /** The last column keeps this much even in a narrow window: then lines wrap, which can still be read. */
    private static final int LAST_COLUMNS_MIN = 12;

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    /** @param isNumber whether cells line up at the right */
    public record Column(String title, boolean isNumber) {
        public static Column text(String title) {
            return new Column(title, false);
        }

        public static Column number(String title) {
            return new Column(title, true);
        }
    }

    /** Text of any origin: it is cleaned here. */
    public record Cell(String text, Style style) {
        public Cell {
            text = CleanText.line(text);
        }

        public static Cell of(String text) {
            return new Cell(text, Style.PLAIN);
        }
    }

    public Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    public void add(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        List<Cell> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Cell styled ? styled : Cell.of(String.valueOf(cell)));
        }
        rows.add(row);
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Prints the titles and the rows. */
    public void print(Screen screen) {
        int[] widths = widths(screen.columns().getAsInt());
        StringBuilder title = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            append(title, new Cell(columns.get(i).title(), Style.BOLD), i, widths, screen);
        }
        screen.line(title.toString().stripTrailing());
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                append(line, row.get(i), i, widths, screen);
            }
            screen.line(line.toString().stripTrailing());
        }
    }

    private int[] widths(int windowColumns) {
        int[] widths = new int[columns.size()];
        int before = 0;
        for (int i = 0; i < widths.length; i++) {
            widths[i] = TextWidth.of(columns.get(i).title());
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], TextWidth.of(row.get(i).text()));
            }
            before += i < widths.length - 1 ? widths[i] + GAP.length() : 0;
        }
        int last = widths.length - 1;
        widths[last] = Math.min(widths[last], Math.max(LAST_COLUMNS_MIN, windowColumns - before));
        return widths;
    }

    private void append(StringBuilder line, Cell cell, int column, int[] widths, Screen screen) {
        String text = TextWidth.cut(cell.text(), widths[column]);
        String padding = " ".repeat(widths[column] - TextWidth.of(text));
        boolean right = columns.get(column).isNumber();
        line.append(right ? padding : "").append(screen.styled(cell.style(), text));
        if (column < widths.length - 1) {
            line.append(right ? "" : padding).append(GAP);
        }
    }
}
