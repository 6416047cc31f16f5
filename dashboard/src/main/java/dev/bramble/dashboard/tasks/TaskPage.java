package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.Views.TaskState;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.dashboard.jobs.JobAddress;
import dev.bramble.dashboard.jobs.JobTabs;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobId;
import dev.bramble.model.Output;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A task: its attempts, what it printed last, what it kept. */
public final class TaskPage {
    /** What a screen shows of a log; the whole has a page of its own. */
    static final int TAIL_BYTES = 4 * 1024;
    /** Files that are listed; all of them are in the archive. */
    static final int FILES_MAX = 100;
    /** Pictures and texts that are shown at once: each is asked of a node. */
    static final int PREVIEWS_MAX = 12;

    private static final String TEMPLATE = "tasks/task";

    private TaskPage() {}

    public static Screen screen() {
        return new Screen("/jobs/{job}/tasks/{task}", Section.JOBS, TaskPage::load);
    }

    /** What this head knows, before the leader and nodes are asked. */
    private record Found(
            Views.JobView job,
            int reduceIndex,
            Views.TaskView task,
            Optional<Views.ResultView> result,
            List<Views.NodeView> nodes,
            TaskSheet.Ways ways,
            boolean isOwners) {
        static Found of(Views views, JobId id, String text, Views.Principal visitor) {
            Views.JobView job = JobAddress.find(views, id);
            int reduceIndex = TaskRoutes.reduceIndex(views, job);
            int index = index(job, text, reduceIndex);
            Views.TaskView task = views.task(id, index).orElseThrow(() -> noTask(job, text));
            boolean isOwners = JobAddress.owns(visitor, job);
            return new Found(
                    job,
                    reduceIndex,
                    task,
                    isOwners ? views.result(id, index) : Optional.empty(),
                    views.nodes(),
                    others(views, job, index, reduceIndex),
                    isOwners);
        }
    }

    /** The index of the task that an address names. */
    static int index(Views.JobView job, String text, int reduceIndex) {
        if (text.equals("reduce") && job.hasReduce()) {
            return reduceIndex;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw noTask(job, text);
        }
        return Integer.parseInt(text);
    }

    static ProblemException noTask(Views.JobView job, String text) {
        return ScreenRequest.missing("job " + job.job() + " has no task '" + text
                + "': its tasks are counted from 0, and their table has them all");
    }

    private static TaskSheet.Ways others(Views views, Views.JobView job, int index, int reduceIndex) {
        String root = "/jobs/" + job.job() + "/tasks/";
        int last = job.hasReduce() ? reduceIndex : reduceIndex - 1;
        return new TaskSheet.Ways(
                index > 0 ? root + (index - 1) : "",
                index < last ? root + name(index + 1, reduceIndex) : "",
                previousFailed(views, job, index).map(task -> root + task).orElse(""),
                views.tasks(job.job(), index + 1, 1, Optional.of(TaskState.FAILED)).stream()
                        .findFirst()
                        .map(task -> root + name(task.task(), reduceIndex))
                        .orElse(""));
    }

    private static String name(int task, int reduceIndex) {
        return task == reduceIndex ? "reduce" : Integer.toString(task);
    }

    /** Looked for in a window before the task, as far as a person goes back step by step. */
    private static Optional<Integer> previousFailed(Views views, Views.JobView job, int index) {
        if (job.failed() == 0) {
            return Optional.empty();
        }
        int from = Math.max(0, index - GridRoutes.TASKS_MAX);
        byte[] outcomes = views.outcomes(job.job(), from, index - from, (byte) 0, (byte) 0, (byte) 1);
        for (int at = outcomes.length - 1; at >= 0; at--) {
            if (outcomes[at] == 1) {
                return Optional.of(from + at);
            }
        }
        return Optional.empty();
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        JobId job = JobAddress.job(request);
        String task = request.place("task");
        Found found = Waiting.await(control.read(0, views -> Found.of(views, job, task, request.visitor())));
        SeenTask seen = Waiting.await(seen(control, found));
        boolean isActive = !found.job().phase().isFinal() && !seen.isRecorded();
        List<TaskSheet.Tail> tails = new ArrayList<>();
        if (found.isOwners()) {
            for (Control.LogStream stream : Control.LogStream.values()) {
                tail(control, job, found.task().task(), stream).ifPresent(tails::add);
            }
        }
        TaskSheet sheet = new TaskSheet(
                JobTabs.of(found.job(), found.isOwners(), "tasks"),
                TaskSheet.head(seen, found.job(), found.reduceIndex(), found.isOwners()),
                TaskSheet.attempts(seen),
                tails,
                found.result().map(result -> files(control, result)).orElse(List.of()),
                found.result().isEmpty() ? "What it keeps is here once it has ended." : "It kept no files.",
                found.ways(),
                found.isOwners(),
                isActive);
        return CompletableFuture.completedFuture(content(sheet));
    }

    private static Content content(TaskSheet it) {
        Content content = Content.of(it.head().title() + " of job " + it.head().job(), TEMPLATE, it);
        return it.isActive()
                ? content.live(
                        Part.of("task-head", TEMPLATE, "head", it.head()),
                        Part.of("attempts", TEMPLATE, "attempts", it.attempts()),
                        Part.of("tails", TEMPLATE, "tails", it))
                : content;
    }

    private static CompletionStage<SeenTask> seen(Control control, Found found) {
        boolean mayRun = !found.job().phase().isFinal() && found.task().state() == TaskState.WAITING;
        if (!mayRun) {
            return CompletableFuture.completedFuture(TaskRows.OnNodes.NONE.seen(found.task()));
        }
        return control.running(found.job().job(), found.task().task(), 1)
                .thenApply(running -> TaskRows.OnNodes.of(running, found.nodes()))
                .exceptionally(_ -> TaskRows.OnNodes.NONE)
                .thenApply(on -> on.seen(found.task()));
    }

    /** Empty when it printed nothing there, as far as is known. */
    private static Optional<TaskSheet.Tail> tail(Control control, JobId job, int task, Control.LogStream stream) {
        String name = stream == Control.LogStream.STDOUT ? "stdout" : "stderr";
        try {
            Control.LogSlice slice = Waiting.await(control.log(job, task, stream, -TAIL_BYTES, TAIL_BYTES));
            if (slice.bytes().length == 0) {
                return Optional.empty();
            }
            String note = slice.tailOnly()
                    ? "Its node is gone: this is the last that was heard of it."
                    : slice.offset() > 0 ? "The last " + Shown.bytes(slice.bytes().length) + "." : "";
            return Optional.of(new TaskSheet.Tail(name, LogText.shown(slice.bytes()), note));
        } catch (ProblemException unreachable) {
            return Optional.of(new TaskSheet.Tail(name, "", Shown.sentence(unreachable.getMessage())));
        }
    }

    private static List<TaskSheet.FileRow> files(Control control, Views.ResultView result) {
        List<TaskSheet.FileRow> rows = new ArrayList<>();
        int previews = 0;
        for (Views.FileView file : result.files()) {
            if (rows.size() == FILES_MAX) {
                break;
            }
            byte[] head = previews < PREVIEWS_MAX ? head(control, file.content()) : new byte[0];
            boolean isPicture = Preview.isPicture(head, file.content().sizeBytes());
            boolean isWhole = file.content().sizeBytes() <= head.length;
            Optional<String> text = isPicture || head.length == 0
                    ? Optional.empty()
                    : Preview.text(file.name(), head, isWhole).map(shown -> isWhole ? shown : shown + "\n…");
            previews += isPicture || text.isPresent() ? 1 : 0;
            rows.add(new TaskSheet.FileRow(
                    file.name(),
                    path(file.name()),
                    Shown.bytes(file.content().sizeBytes()),
                    isPicture,
                    text.orElse("")));
        }
        return List.copyOf(rows);
    }

    /** For an address: every part on its own. */
    private static String path(String name) {
        return String.join(
                "/",
                List.of(name.split("/")).stream()
                        .map(part ->
                                URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                        .toList());
    }

    /** Empty when no node can give it now: then there is just no preview. */
    private static byte[] head(Control control, Output content) {
        try (InputStream in = Downloads.stream(control, content).orElse(new ByteArrayInputStream(new byte[0]))) {
            return in.readNBytes(Preview.TEXT_BYTES_MAX);
        } catch (IOException unreachable) {
            return new byte[0];
        }
    }
}
