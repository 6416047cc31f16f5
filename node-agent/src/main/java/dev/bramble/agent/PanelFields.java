package dev.bramble.agent;

import dev.bramble.board.panel.FanRule;
import dev.bramble.board.panel.Wiring;
import dev.bramble.control.jobfile.Fields;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code panel:} of {@code agent.yaml}: on which lines light, fan and button hang. All mistakes at once. */
final class PanelFields {
    private static final List<String> PARTS = List.of("chip", "fan", "red", "green", "button");
    private static final List<String> LIGHT_KEYS = List.of("line", "active");
    private static final List<String> FAN_KEYS = List.of("line", "active", "from", "full", "least");
    private static final List<String> BUTTON_KEYS = List.of("line", "active", "pull");
    private static final String NONE = "none";
    /** More than any chip has. */
    private static final int LINE_MAX = 1023;
    /** Below, a fan would cool what is cool; above, the board cools itself by working less. */
    private static final int CELSIUS_MIN = 20;

    private static final int CELSIUS_MAX = 90;
    private static final int PERCENT_MAX = 100;

    private final Problems problems;
    private final Map<Integer, String> taken = new HashMap<>();

    private PanelFields(Problems problems) {
        this.problems = problems;
    }

    /** @return empty when none is to be driven */
    static Optional<Wiring> read(Optional<Node> node, Problems problems) {
        if (node.isEmpty()) {
            return Optional.of(Wiring.STANDARD);
        }
        if (node.get() instanceof Node.MapNode map) {
            return Optional.of(new PanelFields(problems).wiring(new Fields(map, PARTS, problems)));
        }
        if (!isNone(node.get())) {
            problems.add(node.get().place(), "must be none, or a map such as {button: none, fan: {line: 18}}");
        }
        return Optional.empty();
    }

    private static boolean isNone(Node node) {
        return node.scalar().filter(NONE::equals).isPresent();
    }

    private Wiring wiring(Fields parts) {
        Optional<String> chip = parts.get("chip").flatMap(node -> Values.text(node, problems));
        if (chip.filter(name -> !name.matches("gpiochip\\d{1,4}")).isPresent()) {
            problems.add(
                    parts.get("chip").orElseThrow().place(), "must be a chip such as gpiochip0: see /dev/gpiochip*");
        }
        Wiring usual = Wiring.STANDARD;
        Optional<Fields> fan = keys(parts, "fan", FAN_KEYS);
        return new Wiring(
                chip,
                line(parts, "fan", fan, usual.fan()),
                line(parts, "red", keys(parts, "red", LIGHT_KEYS), usual.red()),
                line(parts, "green", keys(parts, "green", LIGHT_KEYS), usual.green()),
                line(parts, "button", keys(parts, "button", BUTTON_KEYS), usual.button()),
                fan.map(this::rule).orElse(usual.fanRule()));
    }

    /** Of a part that is a map. */
    private Optional<Fields> keys(Fields parts, String part, List<String> known) {
        return parts.get(part)
                .filter(Node.MapNode.class::isInstance)
                .map(node -> new Fields((Node.MapNode) node, known, problems));
    }

    private Optional<Wiring.Line> line(Fields parts, String part, Optional<Fields> keys, Optional<Wiring.Line> usual) {
        Optional<Node> node = parts.get(part);
        if (node.filter(PanelFields::isNone).isPresent()) {
            return Optional.empty();
        }
        Wiring.Line standard = usual.orElseThrow();
        Optional<Node> number = keys.isPresent() ? keys.get().get("line") : node;
        int line = number.flatMap(each -> Values.wholeNumber(each, 0, LINE_MAX, problems))
                .orElse(standard.number());
        String other = taken.putIfAbsent(line, part);
        if (other != null) {
            (number.isPresent() ? number : node)
                    .map(Node::place)
                    .ifPresentOrElse(
                            place -> problems.add(place, "is line " + line + ", which " + other + " has already"),
                            () -> problems.add(
                                    parts.get(other).orElseThrow().place(),
                                    "is line " + line + ", which " + part + " has where nothing else is said: give "
                                            + part + " another, or none"));
        }
        return Optional.of(new Wiring.Line(
                line,
                keys.flatMap(each -> word(each, "active", Map.of("high", true, "low", false)))
                        .orElse(standard.activeHigh()),
                keys.flatMap(each -> word(
                                each,
                                "pull",
                                Map.of("up", Wiring.Pull.UP, "down", Wiring.Pull.DOWN, NONE, Wiring.Pull.NONE)))
                        .orElse(standard.pull())));
    }

    private <T> Optional<T> word(Fields fields, String key, Map<String, T> words) {
        Optional<String> text = fields.get(key).flatMap(node -> Values.text(node, problems));
        if (text.isPresent() && !words.containsKey(text.get())) {
            List<String> known = new ArrayList<>(words.keySet());
            known.sort(null);
            problems.add(fields.get(key).orElseThrow().place(), "must be one of " + String.join(", ", known));
        }
        return text.map(words::get);
    }

    private FanRule rule(Fields fan) {
        FanRule usual = FanRule.STANDARD;
        int from = number(fan, "from", CELSIUS_MIN, CELSIUS_MAX, usual.fromCelsius());
        int full = number(fan, "full", CELSIUS_MIN, CELSIUS_MAX, usual.fullCelsius());
        if (full <= from) {
            fan.get(fan.has("full") ? "full" : "from")
                    .ifPresent(node -> problems.add(
                            node.place(),
                            "the fan would turn at full speed from " + full + " °C on and begin at " + from
                                    + " °C: `full` must be above `from`"));
        }
        return new FanRule(from, full, number(fan, "least", 1, PERCENT_MAX, usual.leastPercent()));
    }

    private int number(Fields fields, String key, int min, int max, int usual) {
        return fields.get(key)
                .flatMap(node -> Values.wholeNumber(node, min, max, problems))
                .orElse(usual);
    }
}
