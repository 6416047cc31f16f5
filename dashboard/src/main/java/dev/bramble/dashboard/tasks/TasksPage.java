package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.Views.TaskState;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.jobs.JobAddress;
import dev.bramble.dashboard.jobs.JobTabs;
import dev.bramble.dashboard.page.Address;
import dev.bramble.dashboard.page.Choice;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The table of a job's tasks: what they were given, what came of them. */
public final class TasksPage {
    /** A page of them. */
    static final int ROWS_MAX = 100;
    /** Tasks of a job whose table can be sorted: all of them are looked at, which takes the head some milliseconds. */
    static final int SORTED_MAX = 2_000;

    private static final String TEMPLATE = "tasks/tasks";

    private TasksPage() {}

    public static Screen screen() {
        return new Screen("/jobs/{job}/tasks", Section.JOBS, TasksPage::load);
    }

    /** What the address asks for. */
    record Wanted(JobId job, Optional<TaskState> state, int from, String sort, boolean isDown) {
        static Wanted of(ScreenRequest request) {
            return new Wanted(
                    JobAddress.job(request),
                    request.query("state").flatMap(word -> Words.read(TaskState.class, word)),
                    (int) request.number("from", 0, Integer.MAX_VALUE, 0),
                    request.query("sort").orElse("task"),
                    request.query("down").isPresent());
        }

        String url(Optional<TaskState> otherState, int otherFrom, String otherSort, boolean down) {
            return new Address("/jobs/" + job + "/tasks")
                    .with("state", otherState.map(Words::of).orElse(""))
                    .with("from", otherFrom, 0)
                    .with("sort", otherSort.equals("task") ? "" : otherSort)
                    .with("down", down)
                    .toString();
        }
    }

    /** What this head knows, before the leader is asked. */
    private record Found(
            Views.JobView job,
            int reduceIndex,
            List<Views.TaskView> tasks,
            List<Views.NodeView> nodes,
            Wanted wanted) {}

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        Wanted wanted = Wanted.of(request);
        return control.read(0, views -> find(views, wanted))
                .thenCompose(found -> onNodes(control, found)
                        .thenApply(on -> content(TaskTable.of(
                                found.job(),
                                found.reduceIndex(),
                                found.tasks().stream().map(on::seen).toList(),
                                wanted,
                                JobAddress.owns(request.visitor(), found.job())))));
    }

    private static Found find(Views views, Wanted wanted) {
        Views.JobView job = JobAddress.find(views, wanted.job());
        boolean isSorted = isSorted(job, wanted);
        // Those that run show as waiting until the leader is asked.
        Optional<TaskState> state = wanted.state().map(only -> only == TaskState.RUNNING ? TaskState.WAITING : only);
        List<Views.TaskView> tasks = isSorted
                ? views.tasks(wanted.job(), 0, SORTED_MAX + 1, state)
                : views.tasks(wanted.job(), wanted.from(), ROWS_MAX + 1, state);
        return new Found(job, TaskRoutes.reduceIndex(views, job), tasks, views.nodes(), wanted);
    }

    static boolean isSorted(Views.JobView job, Wanted wanted) {
        boolean isOther = !wanted.sort().equals("task") || wanted.isDown();
        return isOther && job.tasks() <= SORTED_MAX;
    }

    private static CompletionStage<TaskRows.OnNodes> onNodes(Control control, Found found) {
        boolean mayRun = !found.job().phase().isFinal()
                && found.tasks().stream().anyMatch(task -> task.state() == TaskState.WAITING);
        if (!mayRun) {
            return CompletableFuture.completedFuture(TaskRows.OnNodes.NONE);
        }
        int from = found.tasks().getFirst().task();
        return control.running(found.job().job(), from, SORTED_MAX)
                .thenApply(running -> TaskRows.OnNodes.of(running, found.nodes()))
                // Without a leader they show as waiting, and the frame says that there is none.
                .exceptionally(_ -> TaskRows.OnNodes.NONE);
    }

    private static Content content(TaskTable it) {
        Content content = Content.of("Tasks of job " + it.tabs().job(), TEMPLATE, it)
                .with("vendor/uplot-1.6.32.js")
                .with("paint.js")
                .with("plot.js");
        return it.isActive()
                ? content.live(
                        Part.list("task-rows", TEMPLATE, "rows", it, it.rows(), "row", row -> "task-" + row.address()))
                : content;
    }

    /** @param order ascending, descending, or none */
    public record Column(String id, String label, String url, String order) {}

    /**
     * All that the page shows.
     *
     * @param plotted columns that may be numbers
     * @param unsorted why the table cannot be sorted; empty when it can
     */
    public record TaskTable(
            JobTabs tabs,
            List<Choice> states,
            List<Column> columns,
            List<TaskRows.Row> rows,
            String previous,
            String next,
            String scope,
            String unsorted,
            List<String> parameters,
            boolean isOwners,
            boolean isFilter,
            boolean isActive) {

        static TaskTable of(Views.JobView job, int reduceIndex, List<SeenTask> found, Wanted wanted, boolean isOwners) {
            List<SeenTask> tasks = found.stream()
                    .filter(task -> wanted.state().isEmpty()
                            || task.state() == wanted.state().get())
                    .toList();
            List<String> parameters = isOwners
                    ? found.stream()
                            .filter(task -> task.view().task() != reduceIndex)
                            .findFirst()
                            .map(task -> List.copyOf(task.view().parameters().keySet()))
                            .orElse(List.of())
                    : List.of();
            boolean isSorted = isSorted(job, wanted);
            List<SeenTask> page = isSorted
                    ? TaskRows.sorted(tasks, wanted.sort(), wanted.isDown()).stream()
                            .skip(wanted.from())
                            .limit(ROWS_MAX)
                            .toList()
                    : tasks.stream().limit(ROWS_MAX).toList();
            boolean isMore = isSorted ? tasks.size() > wanted.from() + ROWS_MAX : found.size() > ROWS_MAX;
            int next = isSorted
                    ? wanted.from() + ROWS_MAX
                    : isMore ? found.get(ROWS_MAX).view().task() : 0;
            boolean isSortable = job.tasks() <= SORTED_MAX;
            return new TaskTable(
                    JobTabs.of(job, isOwners, "tasks"),
                    states(wanted),
                    columns(wanted, parameters, isSortable, isOwners),
                    page.stream()
                            .map(task -> TaskRows.row(task, parameters, reduceIndex, isOwners))
                            .toList(),
                    wanted.from() > 0 ? wanted.url(wanted.state(), 0, wanted.sort(), wanted.isDown()) : "",
                    isMore ? wanted.url(wanted.state(), next, wanted.sort(), wanted.isDown()) : "",
                    Shown.counted(job.tasks(), "task", "tasks") + (job.hasReduce() ? " and a reduce" : ""),
                    isSortable ? "" : "Tables of more than " + Shown.count(SORTED_MAX) + " tasks are not sorted here.",
                    parameters,
                    isOwners,
                    job.filter(),
                    !job.phase().isFinal());
        }

        private static List<Choice> states(Wanted wanted) {
            List<Choice> all = new ArrayList<>();
            all.add(new Choice(
                    "state-any",
                    "all",
                    wanted.url(Optional.empty(), 0, wanted.sort(), wanted.isDown()),
                    wanted.state().isEmpty()));
            Arrays.stream(TaskState.values())
                    .map(state -> new Choice(
                            "state-" + Words.of(state),
                            Words.of(state),
                            wanted.url(Optional.of(state), 0, wanted.sort(), wanted.isDown()),
                            wanted.state().equals(Optional.of(state))))
                    .forEach(all::add);
            return all;
        }

        private static List<Column> columns(
                Wanted wanted, List<String> parameters, boolean isSortable, boolean isOwners) {
            List<Column> all = new ArrayList<>();
            all.add(column(wanted, "task", "task", isSortable));
            parameters.forEach(name -> all.add(column(wanted, TaskRows.PARAMETER + name, name, isSortable)));
            TaskRows.COLUMNS.stream()
                    .filter(name -> !name.equals("task") && (isOwners || !name.equals("result")))
                    .forEach(name -> all.add(column(wanted, name, name.equals("seconds") ? "time" : name, isSortable)));
            return all;
        }

        private static Column column(Wanted wanted, String id, String label, boolean isSortable) {
            boolean isHere = wanted.sort().equals(id);
            boolean down = isHere && !wanted.isDown();
            return new Column(
                    id,
                    label,
                    isSortable ? wanted.url(wanted.state(), 0, id, down) : "",
                    isHere && isSortable ? (wanted.isDown() ? "descending" : "ascending") : "none");
        }
    }
}
