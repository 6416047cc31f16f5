package dev.bramble.control.jobfile;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads single values of a wanted kind; what is not of that kind is a problem, and then the result is empty. */
public final class Values {
    private Values() {}

    /** A text; a number or a flag counts as what was written. NUL can be in no argument, variable or name. */
    public static Optional<String> text(Node node, Problems problems) {
        Optional<String> written = node.scalar();
        if (written.isEmpty()) {
            problems.add(node.place(), "must be a text, it is " + node.described());
        } else if (written.get().indexOf('\0') >= 0) {
            problems.add(node.place(), "has a NUL character in it, which no program can be given: remove it");
            return Optional.empty();
        }
        return written;
    }

    /** A list of texts. A single value where a list must be is told apart, since it is the usual slip. */
    public static List<String> texts(Node node, String example, Problems problems) {
        if (!(node instanceof Node.ListNode list)) {
            problems.add(node.place(), "must be a list, it is " + node.described() + ": write " + example);
            return List.of();
        }
        List<String> texts = new ArrayList<>(list.elements().size());
        for (Node element : list.elements()) {
            text(element, problems).ifPresent(texts::add);
        }
        return List.copyOf(texts);
    }

    public static Optional<Integer> wholeNumber(Node node, int min, int max, Problems problems) {
        Optional<BigDecimal> number = number(node);
        boolean whole = number.isPresent() && number.get().stripTrailingZeros().scale() <= 0;
        if (!whole) {
            problems.add(node.place(), "must be a whole number, it is " + node.described());
            return Optional.empty();
        }
        BigDecimal value = number.get();
        if (value.compareTo(BigDecimal.valueOf(min)) < 0 || value.compareTo(BigDecimal.valueOf(max)) > 0) {
            problems.add(
                    node.place(),
                    String.format(Locale.ROOT, "must be from %,d to %,d, it is %s", min, max, value.toPlainString()));
            return Optional.empty();
        }
        return Optional.of(value.intValueExact());
    }

    /** A decimal number, also one that came as a text (a command line flag); empty for anything else. */
    public static Optional<BigDecimal> number(Node node) {
        Optional<String> written = node instanceof Node.Flag ? Optional.empty() : node.scalar();
        return written.filter(text -> text.matches("[-+]?\\d{1,18}(\\.\\d{1,18})?"))
                .map(BigDecimal::new);
    }

    /** A flag, also one that came as a text (a command line flag). */
    public static Optional<Boolean> flag(Node node, Problems problems) {
        boolean isText = node instanceof Node.Text;
        if (node instanceof Node.Flag flag) {
            return Optional.of(flag.value());
        }
        if (isText
                && node.scalar()
                        .filter(text -> text.equals("true") || text.equals("false"))
                        .isPresent()) {
            return node.scalar().map(Boolean::parseBoolean);
        }
        problems.add(node.place(), "must be true or false, it is " + node.described());
        return Optional.empty();
    }

    public static Optional<Duration> duration(Node node, Duration min, Problems problems) {
        Optional<Duration> duration = node.scalar().flatMap(Units::duration);
        if (duration.isEmpty()) {
            boolean bare = number(node).isPresent();
            problems.add(
                    node.place(),
                    bare
                            ? "needs a unit: " + node.scalar().get() + "s, "
                                    + node.scalar().get() + "m, "
                                    + node.scalar().get() + "h …"
                            : "must be a duration such as 90s, 10m, 1h30m or 7d, it is " + node.described());
            return duration;
        }
        if (duration.get().compareTo(min) < 0 || duration.get().compareTo(Units.DURATION_MAX) > 0) {
            problems.add(
                    node.place(),
                    "must be from " + Units.written(min) + " to " + Units.written(Units.DURATION_MAX) + ", it is "
                            + node.scalar().get());
            return Optional.empty();
        }
        return duration;
    }

    public static Optional<Long> sizeBytes(Node node, Problems problems) {
        Optional<Long> size = node.scalar().flatMap(Units::sizeBytes);
        if (size.isEmpty()) {
            boolean bare = number(node).isPresent();
            problems.add(
                    node.place(),
                    bare
                            ? "needs a unit: " + node.scalar().get() + "M, "
                                    + node.scalar().get() + "MiB … (bytes: "
                                    + node.scalar().get() + "B)"
                            : "must be a size such as 512M, 1G or 1.5GiB, it is " + node.described());
        }
        return size;
    }
}
