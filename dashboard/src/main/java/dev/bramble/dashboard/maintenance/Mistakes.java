package dev.bramble.dashboard.maintenance;

import dev.bramble.model.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with a form, field by field.
 *
 * @param sentences by the name of the field, each a whole sentence
 */
public record Mistakes(Map<String, String> sentences) {
    public static final Mistakes NONE = new Mistakes(Map.of());

    /** How people call the fields. */
    private static final Map<String, String> LABELS = Map.of(
            "reason", "The reason",
            "mode", "What becomes of running tasks",
            "deadline", "The deadline",
            "grace", "The grace",
            "then", "What follows",
            "maxOut", "How many may be out",
            "nodes", "The choice of boards",
            "sure", "The tick");

    public static Mistakes of(List<Problem> problems) {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (Problem problem : problems) {
            String label = LABELS.getOrDefault(problem.place(), problem.place());
            sentences.merge(
                    problem.place(), label + " " + problem.sentence() + ".", (first, second) -> first + " " + second);
        }
        return new Mistakes(sentences);
    }

    public boolean isEmpty() {
        return sentences.isEmpty();
    }

    /** Of a field; empty when nothing is wrong with it. */
    public String of(String field) {
        return sentences.getOrDefault(field, "");
    }

    public boolean has(String field) {
        return sentences.containsKey(field);
    }
}
