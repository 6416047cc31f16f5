package dev.bramble.control.jobfile;

import static dev.bramble.control.jobfile.JobLimits.FILES_MAX;
import static dev.bramble.control.jobfile.JobLimits.PARAMETERS_MAX;
import static dev.bramble.control.jobfile.JobLimits.TASKS_MAX;

import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads {@code tasks}. */
final class TasksReader {
    private static final List<String> SOURCES = List.of("count", "grid", "lines", "each");
    private static final Map<String, String> LATER =
            Map.of("dataset", "datasets are not served by this version yet: use count, grid, lines or each");
    private static final String EXAMPLE =
            "{count: 100}, {grid: {lr: [0.1, 0.01]}}, {lines: rows.txt} or {each: \"photos/*.jpg\"}";

    private final FileSource files;
    private final Problems problems;

    TasksReader(FileSource files, Problems problems) {
        this.files = files;
        this.problems = problems;
    }

    Optional<TaskSource> read(Node node) {
        if (!(node instanceof Node.MapNode map)) {
            problems.add(node.place(), "must be a map, it is " + node.described() + ": write " + EXAMPLE);
            return Optional.empty();
        }
        Fields fields = new Fields(map, SOURCES, LATER, problems);
        List<String> present = fields.present();
        if (map.fields().isEmpty()) {
            problems.add(node.place(), "is empty: write " + EXAMPLE);
        } else if (present.size() > 1) {
            problems.add(
                    node.place(),
                    "has " + String.join(" and ", present) + ": a job's tasks come from one of them, keep one");
        }
        return present.isEmpty()
                ? Optional.empty()
                : source(present.getFirst(), fields.get(present.getFirst()).get());
    }

    private Optional<TaskSource> source(String key, Node value) {
        return switch (key) {
            case "count" -> Values.wholeNumber(value, 1, TASKS_MAX, problems).map(TaskSource.Count::new);
            case "grid" -> grid(value);
            case "lines" -> lines(value);
            case "each" -> each(value);
            default -> throw new IllegalStateException("no source of tasks: " + key);
        };
    }

    private Optional<TaskSource> lines(Node value) {
        Optional<TaskSource.Lines> lines = files.lines(value, problems);
        if (lines.isPresent() && lines.get().count() < 1) {
            problems.add(value.place(), "has no line, so there is no task: give a file with at least one");
            return Optional.empty();
        }
        if (lines.isPresent() && lines.get().count() > TASKS_MAX) {
            problems.add(value.place(), tooMany(Integer.toString(lines.get().count())));
            return Optional.empty();
        }
        return lines.map(TaskSource.class::cast);
    }

    private Optional<TaskSource> each(Node value) {
        int before = problems.count();
        List<ShippedFile> found = files.each(value, problems);
        if (found.isEmpty()) {
            if (problems.count() == before) {
                problems.add(value.place(), "matches no file, so there is no task: check the pattern");
            }
            return Optional.empty();
        }
        if (found.size() > FILES_MAX) {
            problems.add(value.place(), JobReader.tooManyFiles(found.size()));
            return Optional.empty();
        }
        return Optional.of(new TaskSource.Each(List.copyOf(found)));
    }

    private Optional<TaskSource> grid(Node value) {
        if (!(value instanceof Node.MapNode map)) {
            problems.add(
                    value.place(),
                    "must be a map of parameters, it is " + value.described() + ": write {lr: [0.1, 0.01]}");
            return Optional.empty();
        }
        SequencedMap<String, List<String>> parameters = new LinkedHashMap<>();
        for (Node.Field field : Fields.distinct(map, problems)) {
            if (!field.key().matches("[A-Za-z_][A-Za-z0-9_-]{0,63}")) {
                problems.add(
                        field.place(),
                        "is no name for a parameter: use letters, digits, '_' and '-', at most 64, a letter first");
            }
            parameters.put(field.key(), values(field));
        }
        if (map.fields().isEmpty()) {
            problems.add(value.place(), "has no parameter, so there is no task: write {lr: [0.1, 0.01]}");
        } else if (parameters.size() > PARAMETERS_MAX) {
            problems.add(value.place(), "has " + parameters.size() + " parameters: use at most " + PARAMETERS_MAX);
        } else {
            checkSize(value.place(), parameters);
        }
        boolean whole = !parameters.isEmpty() && parameters.values().stream().noneMatch(List::isEmpty);
        return whole && problems.isEmpty() ? Optional.of(new TaskSource.Grid(parameters)) : Optional.empty();
    }

    private List<String> values(Node.Field field) {
        if (!(field.value() instanceof Node.ListNode list)) {
            problems.add(
                    field.value().place(),
                    "must be a list of values, it is " + field.value().described()
                            + field.value()
                                    .scalar()
                                    .map(text -> ": write [" + text + "]")
                                    .orElse(""));
            return List.of();
        }
        if (list.elements().isEmpty()) {
            problems.add(list.place(), "has no value, so there is no task: give at least one");
        }
        List<String> values = new ArrayList<>(list.elements().size());
        list.elements().forEach(element -> Values.text(element, problems).ifPresent(values::add));
        return List.copyOf(values);
    }

    private void checkSize(Place place, SequencedMap<String, List<String>> parameters) {
        long tasks = 1;
        for (List<String> values : parameters.values()) {
            tasks *= Math.max(1, values.size());
            if (tasks > TASKS_MAX) {
                String sizes = String.join(
                        " × ",
                        parameters.values().stream()
                                .map(list -> "" + list.size())
                                .toList());
                problems.add(place, tooMany(sizes));
                return;
            }
        }
    }

    private static String tooMany(String count) {
        return String.format(
                Locale.ROOT, "makes %s tasks, a job takes at most %,d: split it into several jobs", count, TASKS_MAX);
    }
}
