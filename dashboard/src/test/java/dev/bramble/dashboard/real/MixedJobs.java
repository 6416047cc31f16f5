package dev.bramble.dashboard.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Jobs of every kind, each with what its results must be, computed here. Tasks leave marks in a file outside, a line
 * each: a letter, job name, task, attempt, milliseconds, and where it runs. {@code B} when a task begins, {@code E}
 * just before it ends, {@code X} every tenth of a second that an exclusive one runs, {@code O} when it began while
 * another attempt at its task had not ended.
 */
final class MixedJobs {
    /** What a job is submitted as, and what must come of it. */
    record Mixed(Kind kind, String name, String body, int tasks) {}

    /** Kinds of jobs. */
    enum Kind {
        QUICK,
        LONG,
        FILTER,
        FILES,
        REDUCED,
        CHECKPOINT,
        EXCLUSIVE
    }

    private static final int FILE_LINES = 2000;

    private final HeadClient client;
    private final Path marks;

    MixedJobs(HeadClient client, Path marks) {
        this.client = client;
        this.marks = marks;
    }

    Mixed next(Kind kind, int number) {
        String name = kind.name().toLowerCase(java.util.Locale.ROOT) + "-" + number;
        ObjectNode job = HeadClient.JSON.createObjectNode();
        job.put("name", name);
        job.putObject("needs").put("cpus", 1).put("memory", "16M");
        int tasks = switch (kind) {
            case QUICK -> command(job, 30, between(name, "sleep 0.2") + "echo $(({index} * {index} + 7)) " + WHO);
            case LONG -> command(job, 4, between(name, "sleep 3") + "echo $(({index} * {index} + 7)) " + WHO);
            case CHECKPOINT -> command(job, 2, counting(name));
            case EXCLUSIVE -> exclusive(job, name);
            case FILTER -> filter(job);
            case FILES -> files(job, name, number);
            case REDUCED -> reduced(job, name);
        };
        return new Mixed(kind, name, job.toString(), tasks);
    }

    /** The attempt that wrote the result, and a number that no other run of the task has. */
    private static final String WHO = "$BRAMBLE_ATTEMPT $(date +%s%N)";

    private String mark(String letter, String name) {
        return mark(letter, name, marks);
    }

    static String mark(String letter, String name, Path marks) {
        return "echo " + letter + " " + name + " {index} $BRAMBLE_ATTEMPT $(date +%s%3N) $HOME >> " + marks + "; ";
    }

    private String between(String name, String work) {
        return mark("B", name) + work + "; " + mark("E", name);
    }

    private static int command(ObjectNode job, int tasks, String script) {
        job.putArray("command").add("sh").add("-c").add(script);
        job.putObject("tasks").put("count", tasks);
        return tasks;
    }

    /** Counts to twenty, and goes on where it was stopped. */
    private String counting(String name) {
        return mark("B", name)
                + "at=$BRAMBLE_CHECKPOINT_DIR/at; trap 'echo $n > $at; exit 85' TERM;"
                + " n=$(cat $at 2>/dev/null || echo 0);"
                + " while [ $n -lt 20 ]; do sleep 0.2; n=$((n + 1)); done; "
                + mark("E", name) + "echo $n " + WHO;
    }

    private int exclusive(ObjectNode job, String name) {
        int tasks = 2;
        job.put("exclusive", true);
        try {
            String script = new ExclusiveProgram(marks, name).withTasks(tasks).script("[ $i -lt 30 ]");
            return command(job, tasks, script + "echo $(({index} * {index} + 7)) " + WHO);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static int filter(ObjectNode job) {
        int lines = 400;
        job.putArray("filter").add("sh").add("-c").add("while read n; do sleep 0.01; echo $((n * 3 + 1)); done");
        job.putObject("tasks").put("count", lines);
        return lines;
    }

    private int files(ObjectNode job, String name, int number) {
        int files = 3;
        job.putArray("command")
                .add("sh")
                .add("-c")
                .add("tac \"$0\" > turned.txt; wc -l < turned.txt | tr -d ' '")
                .add("{file}");
        ArrayNode each = job.putObject("tasks").putArray("each");
        for (int i = 0; i < files; i++) {
            byte[] bytes = content(number, i).getBytes(StandardCharsets.UTF_8);
            each.addObject()
                    .put("name", name + "/" + i + ".txt")
                    .put("sha256", client.upload(bytes))
                    .put("sizeBytes", bytes.length);
        }
        job.putArray("outputs").add("turned.txt");
        return files;
    }

    private static String content(int number, int file) {
        return lines(line -> number + " " + file + " " + line);
    }

    private static String lines(IntFunction<String> line) {
        return IntStream.range(0, FILE_LINES).mapToObj(line).collect(Collectors.joining("\n", "", "\n"));
    }

    private int reduced(ObjectNode job, String name) {
        int tasks = 12;
        command(job, tasks, mark("B", name) + "echo $(({index} * {index} + 7)) " + WHO + "; " + mark("E", name));
        job.putArray("reduce").add("sh").add("-c").add("cat results/*/stdout | awk '{s += $1} END {print s, NR}'");
        return tasks;
    }

    /**
     * What is wrong with the results of a job that succeeded, read as a user reads them and compared with what was
     * computed here.
     */
    List<String> mistakes(Mixed job, long number) {
        List<String> mistakes = new ArrayList<>();
        switch (job.kind()) {
            case QUICK, LONG, EXCLUSIVE ->
                compareRows(job, number, task -> Integer.toString(task * task + 7), mistakes);
            case CHECKPOINT -> compareRows(job, number, task -> "20", mistakes);
            case REDUCED -> {
                compareRows(job, number, task -> Integer.toString(task * task + 7), mistakes);
                int sum = IntStream.range(0, job.tasks())
                        .map(task -> task * task + 7)
                        .sum();
                String last = client.read("/jobs/" + number + "/tasks/reduce")
                        .get("lastLine")
                        .asString();
                compare(job, "reduce", sum + " " + job.tasks(), last, mistakes);
            }
            case FILTER -> {
                String expected = IntStream.range(0, job.tasks())
                        .mapToObj(line -> line * 3 + 1 + "\n")
                        .collect(Collectors.joining());
                compare(job, "answers", expected, client.text("/jobs/" + number + "/answers"), mistakes);
            }
            case FILES -> {
                compareRows(job, number, task -> Integer.toString(FILE_LINES), mistakes);
                int of = Integer.parseInt(job.name().substring(job.name().indexOf('-') + 1));
                for (int i = 0; i < job.tasks(); i++) {
                    int file = i;
                    String expected = lines(line -> of + " " + file + " " + (FILE_LINES - 1 - line));
                    String path = "/jobs/" + number + "/tasks/" + i + "/files/turned.txt";
                    compare(job, "file of task " + i, expected, client.text(path), mistakes);
                }
            }
        }
        return mistakes;
    }

    private void compareRows(Mixed job, long number, IntFunction<String> expected, List<String> mistakes) {
        List<String> rows = client.rows(number);
        for (int task = 0; task < job.tasks(); task++) {
            compare(job, "task " + task, expected.apply(task), rows.get(task).split(" ")[0], mistakes);
        }
    }

    private static void compare(Mixed job, String what, String expected, String found, List<String> mistakes) {
        if (!expected.equals(found)) {
            mistakes.add(
                    job.name() + ", " + what + ": '" + shortened(found) + "' instead of '" + shortened(expected) + "'");
        }
    }

    private static String shortened(String text) {
        return text.length() < 80 ? text : text.substring(0, 80) + "… (" + text.length() + " characters)";
    }
}
