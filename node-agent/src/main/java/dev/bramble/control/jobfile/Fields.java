package dev.bramble.control.jobfile;

import dev.bramble.control.jobfile.Node.Field;
import dev.bramble.control.jobfile.Node.MapNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of one map, read by name: keys that are unknown, twice there or without a value are problems at once. */
public final class Fields {
    private final MapNode map;
    private final Problems problems;
    private final Map<String, Node> byKey = new LinkedHashMap<>();

    /**
     * @param known every key that may stand here
     * @param later keys that are understood but not served yet, with the sentence about each
     */
    public Fields(MapNode map, List<String> known, Map<String, String> later, Problems problems) {
        this.map = map;
        this.problems = problems;
        for (Field field : distinct(map, problems)) {
            if (later.containsKey(field.key())) {
                problems.add(field.place(), later.get(field.key()));
            } else if (!known.contains(field.key())) {
                problems.add(field.place(), unknown(field.key(), known));
            } else if (field.value() instanceof Node.Missing) {
                problems.add(field.place(), "has no value: give it one or remove the key");
            } else {
                byKey.put(field.key(), field.value());
            }
        }
    }

    public Fields(MapNode map, List<String> known, Problems problems) {
        this(map, known, Map.of(), problems);
    }

    /** The first field of each key; each further one is a problem. */
    static List<Field> distinct(MapNode map, Problems problems) {
        Map<String, Field> first = new LinkedHashMap<>();
        for (Field field : map.fields()) {
            Field earlier = first.putIfAbsent(field.key(), field);
            if (earlier != null) {
                String where = earlier.place().line() > 0
                        ? " (first on line " + earlier.place().line() + ")"
                        : "";
                problems.add(field.place(), "is there twice" + where + ": remove one");
            }
        }
        return List.copyOf(first.values());
    }

    private static String unknown(String key, List<String> known) {
        return "unknown key " + Quoted.text(key)
                + Suggestion.nearest(key, known)
                        .map(meant -> ": did you mean '" + meant + "'?")
                        .orElse(": known here are " + String.join(", ", known));
    }

    public Optional<Node> get(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    public boolean has(String key) {
        return byKey.containsKey(key);
    }

    /** Keys with a value, in the order written. */
    List<String> present() {
        return List.copyOf(byKey.keySet());
    }

    Place place() {
        return map.place();
    }

    Problems problems() {
        return problems;
    }
}
