package dev.bramble.model;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a task's process is given that its siblings are not: its input, its arguments, its stdin and BRAMBLE_INPUT.
 *
 * <p>For {@code lines} the text is in a file, not in the {@link TaskInput}: whoever has the file looks it up and uses
 * the methods that take it.
 */
public final class TaskArguments {
    /** The reduce's input: this folder in its own folder, a folder per task in it. */
    public static final String RESULTS_FOLDER = "results";
    /**
     * Longest BRAMBLE_INPUT in bytes of UTF-8: Linux refuses to start a program with one variable or argument of more
     * than 128 KiB, its name and the end mark with it. A line may be longer: then stdin alone has it.
     */
    public static final int INPUT_BYTES_MAX = 128 * 1024 - 64;

    private TaskArguments() {}

    /**
     * The input of task {@code index} of the job; its reduce is the index after the last task.
     *
     * @throws IndexOutOfBoundsException when the job has no such task
     */
    public static TaskInput inputOf(JobSpec spec, int index) {
        if (index == spec.reduceIndex() && spec.reduce().isPresent()) {
            return new TaskInput.Results(spec.tasks().count());
        }
        return inputOf(spec.tasks(), index);
    }

    /**
     * The input of task {@code index} from {@code source}; of a grid the last parameter varies fastest.
     *
     * @throws IndexOutOfBoundsException when there is no such task
     */
    public static TaskInput inputOf(TaskSource source, int index) {
        if (index < 0 || index >= source.count()) {
            throw new IndexOutOfBoundsException("task " + index + " of " + source.count());
        }
        return switch (source) {
            case TaskSource.Count ignored -> new TaskInput.Index(index);
            case TaskSource.Grid grid -> new TaskInput.Parameters(combination(grid.parameters(), index));
            case TaskSource.Lines lines -> new TaskInput.Line(lines.file(), index);
            case TaskSource.Each each -> new TaskInput.File(each.files().get(index));
        };
    }

    private static SequencedMap<String, String> combination(SequencedMap<String, List<String>> parameters, int index) {
        SequencedMap<String, String> backwards = new LinkedHashMap<>();
        int rest = index;
        for (Map.Entry<String, List<String>> parameter : parameters.reversed().entrySet()) {
            List<String> values = parameter.getValue();
            backwards.put(parameter.getKey(), values.get(rest % values.size()));
            rest /= values.size();
        }
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(backwards.reversed()));
    }

    /**
     * What tells the task from its siblings, for tables: {@code index}, each grid parameter, {@code line} (its number,
     * from 1 as editors count), {@code file}, or {@code reduce} (the number of tasks before it).
     */
    public static SequencedMap<String, String> parameters(TaskInput input) {
        return switch (input) {
            case TaskInput.Index one -> one("index", Integer.toString(one.index()));
            case TaskInput.Parameters parameters -> parameters.values();
            case TaskInput.Line line -> one("line", Integer.toString(line.number() + 1));
            case TaskInput.File each -> one("file", each.file().name());
            case TaskInput.Results reduce -> one("reduce", Integer.toString(reduce.tasks()));
        };
    }

    /**
     * The command with {@code {name}} replaced wherever {@code name} is a parameter of the input; any other brace
     * stays, and so does a brace in a value. A reduce has no parameters.
     *
     * @throws IllegalArgumentException for a line: its text is needed too
     */
    public static List<String> expand(List<String> command, TaskInput input) {
        return switch (input) {
            case TaskInput.Index ignored -> replaced(command, parameters(input));
            case TaskInput.Parameters parameters -> replaced(command, parameters.values());
            case TaskInput.File ignored -> replaced(command, parameters(input));
            case TaskInput.Results ignored -> List.copyOf(command);
            case TaskInput.Line ignored -> throw textIsNeeded();
        };
    }

    /**
     * The same for a line. Bytes that are no UTF-8 arrive as U+FFFD in arguments; stdin has them as they are.
     *
     * @param line without its line feed
     */
    public static List<String> expand(List<String> command, TaskInput.Line input, byte[] line) {
        return replaced(command, one("line", new String(line, StandardCharsets.UTF_8)));
    }

    /**
     * What the process reads on stdin; empty when that is not a matter of bytes in memory: of a {@link TaskInput.File}
     * it is the file.
     *
     * @throws IllegalArgumentException for a line: its text is needed too
     */
    public static Optional<byte[]> stdin(TaskInput input) {
        return switch (input) {
            case TaskInput.Index ignored -> Optional.of(new byte[0]);
            case TaskInput.Parameters parameters ->
                Optional.of((JsonLine.of(parameters.values()) + "\n").getBytes(StandardCharsets.UTF_8));
            case TaskInput.File ignored -> Optional.empty();
            case TaskInput.Results ignored -> Optional.of(new byte[0]);
            case TaskInput.Line ignored -> throw textIsNeeded();
        };
    }

    /** The same for a line, given without its line feed: the line with one. */
    public static byte[] stdin(TaskInput.Line input, byte[] line) {
        byte[] whole = java.util.Arrays.copyOf(line, line.length + 1);
        whole[line.length] = '\n';
        return whole;
    }

    /**
     * The value of BRAMBLE_INPUT; empty when no environment can hold it (it is longer than {@link #INPUT_BYTES_MAX}, or
     * has a NUL), and the variable is then left out.
     *
     * @throws IllegalArgumentException for a line: its text is needed too
     */
    public static Optional<String> brambleInput(TaskInput input) {
        return switch (input) {
            case TaskInput.Index one -> Optional.of(Integer.toString(one.index()));
            case TaskInput.Parameters parameters -> fitting(JsonLine.of(parameters.values()));
            case TaskInput.File each -> Optional.of(each.file().name());
            case TaskInput.Results ignored -> Optional.of(RESULTS_FOLDER);
            case TaskInput.Line ignored -> throw textIsNeeded();
        };
    }

    /** The same for a line, given without its line feed. */
    public static Optional<String> brambleInput(TaskInput.Line input, byte[] line) {
        return line.length > INPUT_BYTES_MAX ? Optional.empty() : fitting(new String(line, StandardCharsets.UTF_8));
    }

    private static Optional<String> fitting(String value) {
        boolean fits = value.getBytes(StandardCharsets.UTF_8).length <= INPUT_BYTES_MAX && value.indexOf('\0') < 0;
        return fits ? Optional.of(value) : Optional.empty();
    }

    private static IllegalArgumentException textIsNeeded() {
        return new IllegalArgumentException("a line's text is in its file: use the method that takes it");
    }

    private static SequencedMap<String, String> one(String name, String value) {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        map.put(name, value);
        return Collections.unmodifiableSequencedMap(map);
    }

    private static List<String> replaced(List<String> command, Map<String, String> values) {
        return command.stream().map(argument -> replaced(argument, values)).toList();
    }

    /** One pass from left to right, so that a value which looks like a parameter stays as it is. */
    private static String replaced(String argument, Map<String, String> values) {
        StringBuilder out = new StringBuilder(argument.length());
        int at = 0;
        while (at < argument.length()) {
            int close = argument.charAt(at) == '{' ? argument.indexOf('}', at) : -1;
            String value = close < 0 ? null : values.get(argument.substring(at + 1, close));
            if (value == null) {
                out.append(argument.charAt(at));
                at++;
            } else {
                out.append(value);
                at = close + 1;
            }
        }
        return out.toString();
    }
}
