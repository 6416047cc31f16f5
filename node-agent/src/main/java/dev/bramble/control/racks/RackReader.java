package dev.bramble.control.racks;

import dev.bramble.control.jobfile.Fields;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Place;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.Suggestion;
import dev.bramble.control.jobfile.Values;
import dev.bramble.control.jobfile.yaml.YamlTree;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * From a rack layout as people write it to a checked one, or to every mistake in it at once.
 *
 * <p>Its text is YAML, of which JSON is a part: {@code supplies}, {@code switches}, {@code racks} with {@code shelves}
 * with {@code slots}; boards are named by their nodes' names.
 */
public final class RackReader {
    /** Largest text: a full layout has 40 kB. */
    public static final int TEXT_BYTES_MAX = 256 * 1024;

    private final SortedMap<String, NodeId> nodes;
    private final Problems problems;
    private final Map<String, Place> places = new HashMap<>();

    private RackReader(SortedMap<String, NodeId> nodes, Problems problems) {
        this.nodes = nodes;
        this.problems = problems;
    }

    /**
     * What was written.
     *
     * @param version of the layout that it was made from; empty when it does not say
     */
    public record Document(RackLayout layout, Optional<Long> version) {}

    /**
     * Empty when something is wrong, and then {@code problems} say what and where.
     *
     * @param nodes those that may be named, by name
     */
    public static Optional<Document> read(String text, SortedMap<String, NodeId> nodes, Problems problems) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TEXT_BYTES_MAX) {
            problems.add(Place.TOP, "a rack layout has at most " + TEXT_BYTES_MAX + " bytes, this has " + bytes.length);
            return Optional.empty();
        }
        Optional<Node> tree =
                YamlTree.read(bytes, "there is nothing here: begin with racks:, or write racks: [] for none", problems);
        return tree.flatMap(root -> read(root, nodes, problems));
    }

    /** The same from a tree. */
    public static Optional<Document> read(Node tree, SortedMap<String, NodeId> nodes, Problems problems) {
        return new RackReader(nodes, problems).document(tree);
    }

    private Optional<Document> document(Node tree) {
        keep(tree);
        Optional<Fields> fields = fields(tree, List.of("version", "supplies", "switches", "racks"));
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        Optional<Long> version = fields.get().get("version").flatMap(this::version);
        RackLayout layout = new RackLayout(
                list(fields.get(), "supplies", this::supply),
                list(fields.get(), "switches", this::wire),
                list(fields.get(), "racks", this::rack));
        RackRules.check(layout, this::name)
                .forEach(problem -> problems.add(
                        places.getOrDefault(problem.place(), Place.of(problem.place())), problem.sentence()));
        return problems.isEmpty() ? Optional.of(new Document(layout, version)) : Optional.empty();
    }

    private Optional<Long> version(Node node) {
        return Values.wholeNumber(node, 0, Integer.MAX_VALUE, problems).map(Integer::longValue);
    }

    private Optional<RackLayout.Supply> supply(Node node) {
        return fields(node, List.of("name", "watts"))
                .map(fields -> new RackLayout.Supply(text(fields, "name"), number(fields, "watts", 0)));
    }

    private Optional<RackLayout.Switch> wire(Node node) {
        return fields(node, List.of("name", "ports"))
                .map(fields -> new RackLayout.Switch(text(fields, "name"), number(fields, "ports", 8)));
    }

    private Optional<RackLayout.Rack> rack(Node node) {
        return fields(node, List.of("name", "shelves"))
                .map(fields -> new RackLayout.Rack(text(fields, "name"), list(fields, "shelves", this::shelf)));
    }

    private Optional<RackLayout.Shelf> shelf(Node node) {
        return fields(node, List.of("name", "slots"))
                .map(fields -> new RackLayout.Shelf(text(fields, "name"), list(fields, "slots", this::slot)));
    }

    private Optional<RackLayout.Slot> slot(Node node) {
        return fields(node, List.of("node", "supply", "switch", "port"))
                .map(fields -> new RackLayout.Slot(
                        fields.get("node").flatMap(this::node),
                        text(fields, "supply"),
                        text(fields, "switch"),
                        number(fields, "port", 0)));
    }

    private Optional<NodeId> node(Node node) {
        Optional<String> given = Values.text(node, problems).filter(text -> !text.isEmpty());
        Optional<NodeId> known = given.flatMap(text -> Optional.ofNullable(nodes.get(text))
                .or(() -> nodes.values().stream()
                        .filter(id -> id.value().equals(text))
                        .findFirst()));
        if (given.isPresent() && known.isEmpty()) {
            problems.add(
                    node.place(),
                    "there is no such node"
                            + Suggestion.nearest(given.get(), nodes.keySet())
                                    .map(meant -> ": did you mean '" + meant + "'?")
                                    .orElse(": leave the slot empty until its board was let in"));
        }
        return known;
    }

    private String name(NodeId id) {
        return nodes.entrySet().stream()
                .filter(entry -> entry.getValue().equals(id))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(id.value());
    }

    private Optional<Fields> fields(Node node, List<String> known) {
        return switch (node) {
            case Node.MapNode map -> Optional.of(new Fields(map, known, problems));
            // A slot that has nothing to say: {} is easily left out.
            case Node.Missing missing ->
                Optional.of(new Fields(new Node.MapNode(missing.place(), List.of()), known, problems));
            case Node.Text _, Node.Number _, Node.Flag _, Node.ListNode _ -> {
                problems.add(
                        node.place(), "must be a map with " + String.join(", ", known) + ", it is " + node.described());
                yield Optional.empty();
            }
        };
    }

    private <T> List<T> list(Fields fields, String key, Function<Node, Optional<T>> element) {
        Optional<Node> node = fields.get(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof Node.ListNode list)) {
            problems.add(
                    node.get().place(), "must be a list, it is " + node.get().described());
            return List.of();
        }
        List<T> all = new ArrayList<>();
        list.elements().forEach(each -> element.apply(each).ifPresent(all::add));
        return List.copyOf(all);
    }

    private String text(Fields fields, String key) {
        return fields.get(key).flatMap(node -> Values.text(node, problems)).orElse("");
    }

    private int number(Fields fields, String key, int otherwise) {
        return fields.get(key)
                .flatMap(node -> Values.wholeNumber(node, 0, RackLayout.WATTS_MAX, problems))
                .orElse(otherwise);
    }

    /** Where each path stands in the text. */
    private void keep(Node node) {
        places.put(node.place().path(), node.place());
        switch (node) {
            case Node.ListNode list -> list.elements().forEach(this::keep);
            case Node.MapNode map -> map.fields().forEach(field -> keep(field.value()));
            case Node.Text _, Node.Number _, Node.Flag _, Node.Missing _ -> {}
        }
    }
}
