package dev.bramble.cli;

import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Style;
import dev.bramble.cli.console.Table.Cell;
import java.util.ArrayList;
import java.util.List;

/** One thing shown in full: a name and a value on each line. Values of any origin are cleaned here. */
final class Facts {
    private record Fact(String name, Cell value) {}

    private final Screen screen;
    private final List<Fact> facts = new ArrayList<>();

    Facts(Screen screen) {
        this.screen = screen;
    }

    void add(String name, String value) {
        add(name, Cell.of(value));
    }

    void add(String name, Cell value) {
        facts.add(new Fact(name, value));
    }

    void addUnlessEmpty(String name, String value) {
        if (!value.isEmpty()) {
            add(name, value);
        }
    }

    void print() {
        int width = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
        for (Fact fact : facts) {
            String name = screen.styled(Style.DIM, fact.name())
                    + " ".repeat(width - fact.name().length());
            screen.line(name + "  "
                    + screen.styled(fact.value().style(), fact.value().text()));
        }
    }
}
