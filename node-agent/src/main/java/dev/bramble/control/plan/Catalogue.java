package dev.bramble.control.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What can be bought and what is known: the tables of {@code hardware/}. */
public record Catalogue(List<Part> parts, Map<String, Figure> figures) {
    /** Name of the price of energy among prices that people set; its figure has a longer one. */
    static final String KWH = "kwh";

    private static final class Shipped {
        private static final Catalogue IT = of(Csv.shipped("parts.csv"), Csv.shipped("figures.csv"));
    }

    /** Read once. */
    public static Catalogue shipped() {
        return Shipped.IT;
    }

    static Catalogue of(Csv parts, Csv figures) {
        return new Catalogue(
                parts.map(Part::of),
                figures.map(Figure::of).stream()
                        .collect(Collectors.toUnmodifiableMap(Figure::name, Function.identity())));
    }

    /** @throws IllegalStateException when the tables do not have it */
    public double value(String name) {
        Figure figure = figures.get(name);
        if (figure == null) {
            throw new IllegalStateException("figures.csv has no " + name);
        }
        return figure.value();
    }

    /** The boards that a bramble may be made of, the usual one first: parts that are their own condition. */
    public List<String> boards() {
        return parts.stream()
                .filter(part -> part.when().contains(part.name()))
                .map(Part::name)
                .toList();
    }

    /** What people may give a price of their own. */
    public Set<String> priced() {
        Set<String> names = parts.stream().map(Part::name).collect(Collectors.toCollection(LinkedHashSet::new));
        names.add(KWH);
        return names;
    }
}
