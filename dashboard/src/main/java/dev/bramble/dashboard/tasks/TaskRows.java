package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.Views.TaskState;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.NodeId;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tasks as rows of a table: pure. */
public final class TaskRows {
    /** Columns that every table has beside the parameters. */
    static final List<String> COLUMNS = List.of("task", "state", "node", "seconds", "tries", "result");

    /** So that a parameter may have the name of a column. */
    static final String PARAMETER = "parameter-";

    private TaskRows() {}

    /**
     * @param cells of the parameters, in the order of the table's columns
     * @param tries how often it was tried; {@code reason} why that was, or why it failed
     */
    public record Row(
            int task,
            String name,
            String address,
            List<String> cells,
            String state,
            String node,
            String time,
            int tries,
            String result,
            String reason) {}

    /** What the leader says of tasks that are on nodes now, by index; with their nodes' names. */
    record OnNodes(Map<Integer, Control.RunningTask> byTask, Map<NodeId, String> names) {
        static final OnNodes NONE = new OnNodes(Map.of(), Map.of());

        static OnNodes of(Control.RunningTasks running, List<Views.NodeView> nodes) {
            Map<Integer, Control.RunningTask> byTask = new HashMap<>();
            running.tasks()
                    .forEach(task -> byTask.merge(task.task(), task, (one, other) -> one.running() ? one : other));
            Map<NodeId, String> names = new HashMap<>();
            nodes.forEach(node -> names.put(node.node(), node.name()));
            return new OnNodes(byTask, names);
        }

        SeenTask seen(Views.TaskView task) {
            Optional<Control.RunningTask> current =
                    task.state() == TaskState.WAITING ? Optional.ofNullable(byTask.get(task.task())) : Optional.empty();
            return new SeenTask(
                    task,
                    current,
                    current.map(on -> names.getOrDefault(on.node(), on.node().value()))
                            .orElse(""));
        }
    }

    static Row row(SeenTask seen, List<String> parameters, int reduceIndex, boolean isOwners) {
        Views.TaskView task = seen.view();
        boolean isReduce = task.task() == reduceIndex;
        String node = task.node().orElse(seen.node());
        String time = seen.isRecorded()
                ? seconds(task.millis())
                : seen.current()
                        .filter(Control.RunningTask::running)
                        .map(on -> seconds(on.millis()))
                        .orElse("");
        return new Row(
                task.task(),
                isReduce ? "reduce" : Shown.count(task.task()),
                isReduce ? "reduce" : Integer.toString(task.task()),
                isOwners
                        ? parameters.stream()
                                .map(name -> task.parameters().getOrDefault(name, ""))
                                .toList()
                        : List.of(),
                Words.of(seen.state()),
                node,
                time,
                task.attempts(),
                isOwners ? task.lastLine() : "",
                task.reason());
    }

    /** {@code 0.25 s}, {@code 12.5 s}, {@code 3 min}. */
    static String seconds(long millis) {
        if (millis >= 60_000) {
            return Shown.time(millis);
        }
        return String.format(Locale.ROOT, millis < 1000 ? "%.2f s" : "%.1f s", millis / 1000.0);
    }

    /**
     * The order of a column; numbers come before words, and by their size.
     *
     * @param column one of {@link #COLUMNS}, or {@link #PARAMETER} with a name behind it
     */
    static Comparator<SeenTask> by(String column) {
        Comparator<SeenTask> order = switch (column) {
            case "state" -> Comparator.comparing(SeenTask::state);
            case "node" -> Comparator.comparing(seen -> seen.view().node().orElse(seen.node()), TaskRows::compare);
            case "seconds" -> Comparator.comparingLong(seen -> seen.view().millis());
            case "tries" -> Comparator.comparingInt(seen -> seen.view().attempts());
            case "result" -> Comparator.comparing(seen -> seen.view().lastLine(), TaskRows::compare);
            case "task" -> Comparator.comparingInt(seen -> seen.view().task());
            default -> {
                String name = column.substring(Math.min(column.length(), PARAMETER.length()));
                yield Comparator.comparing(seen -> seen.view().parameters().getOrDefault(name, ""), TaskRows::compare);
            }
        };
        return order;
    }

    private static int compare(String one, String other) {
        Optional<BigDecimal> oneNumber = number(one);
        Optional<BigDecimal> otherNumber = number(other);
        if (oneNumber.isPresent() && otherNumber.isPresent()) {
            return oneNumber.get().compareTo(otherNumber.get());
        }
        if (oneNumber.isPresent() != otherNumber.isPresent()) {
            return oneNumber.isPresent() ? -1 : 1;
        }
        return one.compareTo(other);
    }

    private static Optional<BigDecimal> number(String text) {
        return text.matches("[-+]?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }

    /** Sorted, the last of the same in the order of their index. */
    static List<SeenTask> sorted(List<SeenTask> tasks, String column, boolean isDown) {
        Comparator<SeenTask> order = isDown ? by(column).reversed() : by(column);
        List<SeenTask> sorted = new ArrayList<>(tasks);
        sorted.sort(order.thenComparingInt(seen -> seen.view().task()));
        return sorted;
    }
}
