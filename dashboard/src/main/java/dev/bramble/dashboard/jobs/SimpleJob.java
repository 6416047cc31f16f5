package dev.bramble.dashboard.jobs;

import dev.bramble.control.jobfile.Place;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.ShellWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A job as the form for a command asks for it, as it was typed.
 *
 * @param command a line, of words as in a shell
 * @param isShell whether a shell runs the line
 * @param kind where its tasks come from: count, grid, lines or each
 * @param tasks the count; a parameter on each line; the name of the file with a task on each line; or a pattern
 * @param outputs patterns with blanks or commas between them
 */
public record SimpleJob(
        String name,
        String command,
        boolean isShell,
        String kind,
        String tasks,
        String outputs,
        String deadline,
        String cpus,
        String memory,
        String atOnce) {
    public static final SimpleJob EMPTY = new SimpleJob("", "", false, "count", "1", "", "", "", "", "");

    private static final List<String> KINDS = List.of("count", "grid", "lines", "each");

    static SimpleJob read(UnaryOperator<String> field, boolean isShell) {
        String kind = field.apply("kind");
        return new SimpleJob(
                field.apply("name"),
                field.apply("command"),
                isShell,
                KINDS.contains(kind) ? kind : "count",
                field.apply("tasks"),
                field.apply("outputs"),
                field.apply("deadline"),
                field.apply("cpus"),
                field.apply("memory"),
                field.apply("at_once"));
    }

    /**
     * The job file that says the same. What is wrong with it, the reader of job files finds; what cannot even be
     * written, is found here.
     *
     * @param files names of the files that were uploaded: they are shipped, but for those that tasks are made of
     */
    String written(List<String> files, Problems problems) {
        StringBuilder out = new StringBuilder();
        put(out, "name", name);
        if (!command.isBlank()) {
            out.append(JobText.written("", "command", words(problems)));
        }
        String ofTasks = tasks(problems);
        List<String> shipped = files.stream()
                .filter(file -> !(kind.equals("lines") && file.equals(tasks.strip())))
                .filter(_ -> !kind.equals("each"))
                .toList();
        if (!shipped.isEmpty()) {
            out.append(JobText.written("", "ship", shipped));
        }
        out.append(ofTasks);
        List<String> patterns = Arrays.stream(outputs.split("[,\\s]+"))
                .filter(pattern -> !pattern.isEmpty())
                .toList();
        if (!patterns.isEmpty()) {
            out.append(JobText.written("", "outputs", patterns));
        }
        List<String> needs = new ArrayList<>();
        if (!cpus.isBlank()) {
            needs.add("cpus: " + JobText.scalar(cpus.strip()));
        }
        if (!memory.isBlank()) {
            needs.add("memory: " + JobText.scalar(memory.strip()));
        }
        if (!needs.isEmpty()) {
            out.append("needs: {").append(String.join(", ", needs)).append("}\n");
        }
        put(out, "deadline", deadline);
        put(out, "at_once", atOnce);
        return out.toString();
    }

    private static void put(StringBuilder out, String key, String value) {
        if (!value.isBlank()) {
            out.append(key).append(": ").append(JobText.scalar(value.strip())).append('\n');
        }
    }

    private List<String> words(Problems problems) {
        if (isShell) {
            return List.of("sh", "-c", command.strip());
        }
        Optional<List<String>> words = ShellWords.split(command);
        if (words.isEmpty()) {
            problems.add(Place.of("command"), "has a quotation mark that is not closed: close it");
        }
        return words.orElse(List.of());
    }

    private String tasks(Problems problems) {
        String text = tasks.strip();
        return switch (kind) {
            case "grid" -> grid(problems);
            case "lines" -> text.isEmpty() ? "" : "tasks: {lines: " + JobText.scalar(text) + "}\n";
            case "each" -> text.isEmpty() ? "" : "tasks: {each: " + JobText.scalar(text) + "}\n";
            default -> text.isEmpty() ? "" : "tasks: {count: " + JobText.scalar(text) + "}\n";
        };
    }

    private String grid(Problems problems) {
        StringBuilder out = new StringBuilder("tasks:\n  grid:\n");
        boolean isEmpty = true;
        for (String line : tasks.split("\\R")) {
            if (line.isBlank()) {
                continue;
            }
            String[] halves = line.split(":", 2);
            if (halves.length < 2) {
                problems.add(
                        Place.of("tasks"),
                        "has the line '" + line.strip() + "' without a colon: write a parameter and its values on"
                                + " each line, such as lr: 0.1, 0.01");
                continue;
            }
            List<String> values = Arrays.stream(halves[1].split(","))
                    .map(String::strip)
                    .filter(value -> !value.isEmpty())
                    .toList();
            if (values.isEmpty()) {
                problems.add(
                        Place.of("tasks"),
                        "has the parameter '" + halves[0].strip() + "' without a value: give at least one");
                continue;
            }
            out.append(JobText.written("    ", JobText.scalar(halves[0].strip()), values));
            isEmpty = false;
        }
        if (isEmpty && problems.isEmpty()) {
            problems.add(Place.of("tasks"), "has no parameter: write one on each line, such as lr: 0.1, 0.01");
        }
        return isEmpty ? "" : out.toString();
    }
}
