package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Json;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A row of the table.
 *
 * @param what the figure's own name within its measure
 * @param amount empty when there is none; then {@code meaning} says why
 * @param meaning how it came about, for who reads it
 */
public record Figure(Measure measure, String what, Optional<Amount> amount, Optional<Beside> beside, String meaning) {
    /** The unit of a figure, and whether more of it is better. */
    public enum Unit {
        PER_SECOND(true),
        MILLIS(false),
        SECONDS(false),
        SHARE(true);

        private final boolean moreIsBetter;

        Unit(boolean moreIsBetter) {
            this.moreIsBetter = moreIsBetter;
        }
    }

    /** A number with its unit. */
    public record Amount(double value, Unit unit) {
        String shown() {
            return switch (unit) {
                case PER_SECOND -> String.format(Locale.ROOT, value < 100 ? "%,.1f/s" : "%,.0f/s", value);
                case MILLIS -> String.format(Locale.ROOT, "%.1f ms", value);
                case SECONDS -> String.format(Locale.ROOT, "%.1f s", value);
                case SHARE -> String.format(Locale.ROOT, "%.2f", value);
            };
        }
    }

    /** The same done by another tool on this machine, just before or after. @param command as one would type it */
    public record Beside(String command, Amount amount) {}

    static Figure of(Measure measure, String what, double value, Unit unit, String meaning) {
        return new Figure(measure, what, Optional.of(new Amount(value, unit)), Optional.empty(), meaning);
    }

    static Figure none(Measure measure, String why) {
        return new Figure(measure, measure.word(), Optional.empty(), Optional.empty(), why);
    }

    /** The same sentence for another measure that lacks the same. */
    Figure as(Measure other) {
        return none(other, meaning);
    }

    /** With what another tool reached, if it ran. */
    Figure beside(Optional<Beside> other) {
        return new Figure(measure, what, amount, other, meaning);
    }

    /** How many times as good as the other tool; above 1 it is better. */
    public Optional<Double> ratio() {
        if (amount.isEmpty() || beside.isEmpty()) {
            return Optional.empty();
        }
        double ours = amount.get().value();
        double theirs = beside.get().amount().value();
        return Optional.of(amount.get().unit().moreIsBetter ? ours / theirs : theirs / ours);
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("measure", measure.word()).put("figure", what);
        json.put("value", amount.map(Amount::value).orElse(null));
        json.put("unit", amount.map(one -> unit(one.unit())).orElse(null));
        json.put("besideCommand", beside.map(Beside::command).orElse(null));
        json.put("besideValue", beside.map(other -> other.amount().value()).orElse(null));
        json.put("ratio", ratio().orElse(null));
        return json.put("meaning", meaning);
    }

    private static String unit(Unit unit) {
        return switch (unit) {
            case PER_SECOND -> "per-second";
            case MILLIS -> "milliseconds";
            case SECONDS -> "seconds";
            case SHARE -> "share";
        };
    }
}
