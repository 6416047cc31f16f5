package dev.bramble.cli.submit;

import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Node.Field;
import dev.bramble.control.jobfile.Node.MapNode;
import dev.bramble.control.jobfile.Place;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.ShellWords;
import dev.bramble.control.jobfile.yaml.YamlTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flags of {@code submit} as fields of a job, laid over those of its file. The places in their problems are the
 * flags' names, so one reader and one set of sentences serve both.
 */
public final class JobFlags {
    private final Problems problems;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Map<String, List<Field>> nested = new LinkedHashMap<>();

    public JobFlags(Problems problems) {
        this.problems = problems;
    }

    /** A flag with one value. @param value may be null: not given */
    public void text(String key, String flag, String value) {
        if (value != null) {
            put(key, flag, text(flag, value));
        }
    }

    /** A flag that may be given many times. */
    public void texts(String key, String flag, List<String> values) {
        if (!values.isEmpty()) {
            put(key, flag, list(flag, values));
        }
    }

    /** A command in one word: a list as in YAML, or words as in a shell. */
    public void command(String key, String flag, String value) {
        if (value == null) {
            return;
        }
        if (value.startsWith("[")) {
            yaml(flag, value).ifPresent(node -> put(key, flag, node));
            return;
        }
        ShellWords.split(value)
                .ifPresentOrElse(
                        words -> put(key, flag, list(flag, words)),
                        () -> problems.add(Place.of(flag), "has a quote that is not closed"));
    }

    /** One of the flags that go into a map, such as {@code --cpus} into {@code needs}. @param value may be null */
    public void nestedText(String map, String key, String flag, String value) {
        if (value != null) {
            nest(map, new Field(Place.of(flag), key, text(flag, value)));
        }
    }

    /** The same for a flag that may be given many times. */
    public void nestedTexts(String map, String key, String flag, List<String> values) {
        if (!values.isEmpty()) {
            nest(map, new Field(Place.of(flag), key, list(flag, values)));
        }
    }

    /** Flags of the form {@code NAME=VALUE} that make a map. */
    public void pairs(String key, String flag, List<String> values) {
        values.forEach(value -> pair(flag, value).ifPresent(field -> nest(key, field)));
    }

    /** Labels, a map within {@code needs}. */
    public void labels(String flag, List<String> values) {
        List<Field> labels = new ArrayList<>();
        values.forEach(value -> pair(flag, value).ifPresent(labels::add));
        if (!labels.isEmpty()) {
            nest("needs", new Field(Place.of(flag), "labels", new MapNode(Place.of(flag), labels)));
        }
    }

    /** {@code NAME=V1,V2} for each parameter, or {@code NAME=[V1, "V,2"]} where a value has a comma. */
    public void grid(String flag, List<String> values) {
        List<Field> grid = new ArrayList<>();
        for (String value : values) {
            pair(flag, value).ifPresent(pair -> {
                String text = pair.value().scalar().orElseThrow();
                Place place = Place.of(flag + " " + pair.key());
                Optional<Node> list = text.startsWith("[")
                        ? yaml(place.path(), text)
                        : Optional.of(list(place.path(), List.of(text.split(",", -1))));
                list.ifPresent(node -> grid.add(new Field(place, pair.key(), node)));
            });
        }
        if (!grid.isEmpty()) {
            nest("tasks", new Field(Place.of(flag), "grid", new MapNode(Place.of(flag), grid)));
        }
    }

    private Optional<Field> pair(String flag, String value) {
        int equals = value.indexOf('=');
        if (equals < 1) {
            problems.add(Place.of(flag), "must be NAME=VALUE, it is '" + value + "'");
            return Optional.empty();
        }
        String key = value.substring(0, equals);
        Place place = Place.of(flag + " " + key);
        return Optional.of(new Field(place, key, new Node.Text(place, value.substring(equals + 1))));
    }

    private Optional<Node> yaml(String path, String value) {
        Problems own = new Problems();
        Optional<Node> node = YamlTree.read(value.getBytes(StandardCharsets.UTF_8), own);
        own.list().forEach(problem -> problems.add(Place.of(path), problem.toString()));
        return node.map(tree -> placed(tree, path));
    }

    /** Gives a value that was read from a flag's text the flag as its place. */
    private static Node placed(Node node, String path) {
        Place place = Place.of(path);
        return switch (node) {
            case Node.Text text -> new Node.Text(place, text.text());
            case Node.Number number -> new Node.Number(place, number.written());
            case Node.Flag flag -> new Node.Flag(place, flag.value(), flag.written());
            case Node.Missing ignored -> new Node.Missing(place);
            case Node.ListNode list -> {
                List<Node> elements = new ArrayList<>();
                list.elements()
                        .forEach(element -> elements.add(
                                placed(element, place.index(elements.size()).path())));
                yield new Node.ListNode(place, elements);
            }
            case MapNode map -> new MapNode(place, map.fields());
        };
    }

    private static Node text(String flag, String value) {
        return new Node.Text(Place.of(flag), value);
    }

    private static Node list(String path, List<String> values) {
        List<Node> elements = new ArrayList<>();
        for (String value : values) {
            elements.add(new Node.Text(Place.of(path).index(elements.size()), value));
        }
        return new Node.ListNode(Place.of(path), elements);
    }

    private void put(String key, String flag, Node value) {
        fields.put(key, new Field(Place.of(flag), key, value));
    }

    private void nest(String map, Field field) {
        nested.computeIfAbsent(map, ignored -> new ArrayList<>()).add(field);
    }

    /**
     * The job: fields of the file, each replaced by the flag's if there is one. Maps ({@code env}, {@code needs}) are
     * laid over key by key; {@code tasks} is replaced as a whole, since its sources exclude each other.
     */
    public MapNode over(MapNode file) {
        Map<String, Field> flags = new LinkedHashMap<>(fields);
        nested.forEach((key, added) -> {
            Place place = added.getFirst().place();
            List<Field> all = new ArrayList<>(added);
            if (!key.equals("tasks")) {
                existing(file, key).stream()
                        .filter(old ->
                                added.stream().noneMatch(field -> field.key().equals(old.key())))
                        .forEach(all::add);
            }
            flags.put(key, new Field(place, key, new MapNode(place, all)));
        });
        List<Field> result = new ArrayList<>();
        file.fields().stream().filter(field -> !flags.containsKey(field.key())).forEach(result::add);
        result.addAll(flags.values());
        return new MapNode(file.place(), result);
    }

    private static List<Field> existing(MapNode file, String key) {
        return file.fields().stream()
                .filter(field -> field.key().equals(key) && field.value() instanceof MapNode)
                .findFirst()
                .map(field -> ((MapNode) field.value()).fields())
                .orElse(List.of());
    }
}
