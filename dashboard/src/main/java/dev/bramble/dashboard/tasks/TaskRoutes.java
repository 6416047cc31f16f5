package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.Views.TaskState;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.LineFiles;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The operations about tasks. */
public final class TaskRoutes {
    static final int LOG_BYTES_DEFAULT = 64 * 1024;
    /** What a client may ask for. */
    static final int LOG_BYTES_MAX = 1024 * 1024;
    /** What it gets at once, since it is held in memory on this head and on the node; it asks again for the rest. */
    static final int LOG_PIECE_BYTES_MAX = 256 * 1024;

    /** Written at once: lines are short. */
    private static final int ANSWER_BUFFER_BYTES = 64 * 1024;

    private static final String REDUCE = "reduce";
    static final String TASK = "/jobs/{job}/tasks/{task}";

    private TaskRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get(
                        "/jobs/{job}/results",
                        UserRole.SUBMITTER,
                        TaskRoutes::results,
                        "format",
                        Page.CURSOR,
                        Route.WAIT_MILLIS),
                Route.get(
                        "/jobs/{job}/answers", UserRole.SUBMITTER, TaskRoutes::answers, Page.CURSOR, Route.WAIT_MILLIS),
                Route.get("/jobs/{job}/tasks", UserRole.VIEWER, TaskRoutes::list, "state", Page.LIMIT, Page.CURSOR),
                Route.get(TASK, UserRole.VIEWER, TaskRoutes::one),
                Route.get(TASK + "/log", UserRole.SUBMITTER, TaskRoutes::log, "stream", "offset", Page.LIMIT),
                Route.get(TASK + "/stdout", UserRole.SUBMITTER, request -> stream(request, Views.ResultView::stdout)),
                Route.get(TASK + "/stderr", UserRole.SUBMITTER, request -> stream(request, Views.ResultView::stderr)),
                Route.get(TASK + "/files", UserRole.SUBMITTER, TaskRoutes::files, Page.LIMIT, Page.CURSOR),
                Route.get(TASK + "/files/<name>", UserRole.SUBMITTER, TaskRoutes::file));
    }

    /** A job that the caller may see, with the place of its reduce. */
    private record SeenJob(Views.JobView view, int reduceIndex) {
        static SeenJob of(Views views, Views.JobView job) {
            return new SeenJob(job, TaskRoutes.reduceIndex(views, job));
        }
    }

    static int reduceIndex(Views views, Views.JobView job) {
        return views.spec(job.job()).map(JobSpec::reduceIndex).orElse(job.tasks());
    }

    private record TaskPage(List<TaskJson> items, String next, boolean runningKnown) {}

    private static void list(ApiRequest request) {
        JobId job = request.job();
        Page.Wanted wanted = request.page();
        int from = index(request, wanted.cursor());
        Optional<TaskState> state = request.word("state", TaskState.class);
        SeenJob seen = request.read(views -> SeenJob.of(views, request.anyJob(views, job)));
        TaskPages.Tasks page = TaskPages.page(request, seen.view(), from, wanted.limit(), state);
        boolean isOwners = request.owns(seen.view());
        List<TaskJson> items = page.tasks().stream()
                .map(task -> TaskJson.of(task, seen.reduceIndex(), isOwners))
                .toList();
        String next = page.next() < 0 ? null : Integer.toString(page.next());
        request.json(new TaskPage(items, next, page.runningKnown()));
    }

    private static int index(ApiRequest request, String cursor) {
        if (!cursor.matches("[0-9]{0,9}")) {
            request.wrong(Page.CURSOR, "is not one of this list: send the 'next' of the page before");
            return 0;
        }
        return cursor.isEmpty() ? 0 : Integer.parseInt(cursor);
    }

    /** A task of a job, found in one question. */
    private record SeenPair(SeenJob job, Views.TaskView task) {
        static SeenPair of(Views views, Views.JobView job, String task) {
            SeenJob seen = SeenJob.of(views, job);
            return new SeenPair(
                    seen,
                    task(seen, task)
                            .flatMap(index -> views.task(job.job(), index))
                            .orElseThrow(() -> noTask(job, task)));
        }

        private static Optional<Integer> task(SeenJob job, String task) {
            if (!task.equals(REDUCE)) {
                return Optional.of(Integer.parseInt(task));
            }
            return job.view().hasReduce() ? Optional.of(job.reduceIndex()) : Optional.empty();
        }

        private static ProblemException noTask(Views.JobView job, String task) {
            String sentence = task.equals(REDUCE)
                    ? "job " + job.job() + " has no reduce"
                    : "job " + job.job() + " has no task " + task + ": its tasks are counted from 0";
            return ProblemException.of(Refusal.Kind.NOT_FOUND, sentence);
        }
    }

    private static String task(ApiRequest request) {
        String text = request.context().pathParam("task");
        if (!text.equals(REDUCE) && !text.matches("[0-9]{1,9}")) {
            request.wrong("task", "is no task: give its index, counted from 0, or the word reduce");
            return "0";
        }
        return text;
    }

    private static SeenPair ownTask(ApiRequest request) {
        JobId job = request.job();
        String task = task(request);
        return request.read(views -> SeenPair.of(views, request.ownJob(views, job), task));
    }

    private static void one(ApiRequest request) {
        JobId job = request.job();
        String task = task(request);
        SeenPair pair = request.read(views -> SeenPair.of(views, request.anyJob(views, job), task));
        SeenTask seen = TaskPages.one(request, pair.job().view(), pair.task());
        boolean isOwners = request.owns(pair.job().view());
        request.json(TaskJson.of(seen, pair.job().reduceIndex(), isOwners));
    }

    private static void log(ApiRequest request) throws IOException {
        Control.LogStream stream =
                request.word("stream", Control.LogStream.class).orElse(Control.LogStream.STDOUT);
        long offset = request.number("offset", Long.MIN_VALUE, Long.MAX_VALUE, 0);
        int limit = (int) request.number(Page.LIMIT, 1, LOG_BYTES_MAX, LOG_BYTES_DEFAULT);
        SeenPair pair = ownTask(request);
        JobId job = pair.job().view().job();
        int bytes = Math.min(limit, LOG_PIECE_BYTES_MAX);
        Control.LogSlice slice =
                Waiting.await(request.control().log(job, pair.task().task(), stream, offset, bytes));
        request.context()
                .header("Bramble-Log-Offset", Long.toString(slice.offset()))
                .header("Bramble-Log-Size", Long.toString(slice.sizeBytes()))
                .header("Bramble-Log-Ended", Boolean.toString(slice.ended()))
                .header("Bramble-Log-Tail-Only", Boolean.toString(slice.tailOnly()))
                .disableCompression()
                .contentType(Downloads.CONTENT_TYPE)
                .result(slice.bytes());
    }

    private static void results(ApiRequest request) throws IOException {
        JobId job = request.job();
        int from = index(request, request.query(Page.CURSOR).orElse(""));
        ResultsTable.Format format =
                request.word("format", ResultsTable.Format.class).orElse(ResultsTable.Format.NDJSON);
        request.read(views -> request.ownJob(views, job));
        request.awaitEnd(job);
        SeenJob seen = request.read(views -> SeenJob.of(views, request.ownJob(views, job)));
        List<String> parameters = request.read(views -> views.task(job, 0)
                .map(task -> List.copyOf(task.parameters().keySet()))
                .orElse(List.of()));
        ResultsTable.send(request, seen.view(), seen.reduceIndex(), parameters, from, format);
    }

    private static Views.ResultView result(ApiRequest request, SeenPair pair) {
        JobId job = pair.job().view().job();
        int task = pair.task().task();
        return request.read(views -> views.result(job, task)
                .orElseThrow(() -> ProblemException.of(
                        Refusal.Kind.NOT_FOUND,
                        "task " + task + " of job " + job
                                + " has no recorded result yet: its log shows what it prints")));
    }

    private static void stream(ApiRequest request, Function<Views.ResultView, Output> which) throws IOException {
        SeenPair pair = ownTask(request);
        Output content = which.apply(result(request, pair));
        String name = request.context().path().endsWith("/stderr") ? "stderr" : "stdout";
        switch (content) {
            case Output.Inline inline -> Downloads.send(request, name, content);
            case Output.Stored stored -> Downloads.send(request, name, content);
            case Output.Slice slice -> Downloads.send(request, name, content);
            case Output.SegmentLine line -> Downloads.send(request, name, answer(request, pair));
        }
    }

    private static byte[] answer(ApiRequest request, SeenPair pair) {
        JobId job = pair.job().view().job();
        int task = pair.task().task();
        return Waiting.await(request.control().log(job, task, Control.LogStream.STDOUT, 0, LineFiles.LINE_BYTES_MAX))
                .bytes();
    }

    /** Streamed: ten million lines pass through without being held. */
    private static void answers(ApiRequest request) throws IOException {
        JobId job = request.job();
        int from = index(request, request.query(Page.CURSOR).orElse(""));
        request.read(views -> request.ownJob(views, job));
        request.awaitEnd(job);
        Views.JobView view = request.read(views -> request.ownJob(views, job));
        if (!view.filter()) {
            throw ProblemException.of(
                    Refusal.Kind.CONFLICT,
                    "job " + job + " is no filter, so its tasks give no lines: their results are at /jobs/" + job
                            + "/results");
        }
        HttpServletResponse response = request.context().res();
        response.setContentType(Downloads.CONTENT_TYPE);
        response.setHeader("Content-Disposition", Downloads.disposition("answers.txt"));
        OutputStream out = new BufferedOutputStream(response.getOutputStream(), ANSWER_BUFFER_BYTES);
        request.control().writeAnswers(job, from, out);
        out.flush();
    }

    private record ContentJson(long sizeBytes, String sha256) {
        static ContentJson of(Output content) {
            return new ContentJson(content.sizeBytes(), hash(content));
        }

        static String hash(Output content) {
            return switch (content) {
                case Output.Inline ignored -> null;
                case Output.Stored stored -> stored.blob().sha256();
                case Output.Slice slice -> null;
                case Output.SegmentLine line -> null;
            };
        }
    }

    private record FileJson(String name, long sizeBytes, String sha256, boolean executable) {
        static FileJson of(Views.FileView file) {
            return new FileJson(
                    file.name(), file.content().sizeBytes(), ContentJson.hash(file.content()), file.executable());
        }
    }

    private record FilePage(List<FileJson> items, String next, ContentJson stdout, ContentJson stderr, boolean cut) {}

    private static void files(ApiRequest request) {
        Page.Wanted wanted = request.page();
        Views.ResultView result = result(request, ownTask(request));
        Page<FileJson> page =
                Page.of(result.files(), Views.FileView::name, wanted).map(FileJson::of);
        request.json(new FilePage(
                page.items(),
                page.next(),
                ContentJson.of(result.stdout()),
                ContentJson.of(result.stderr()),
                result.cut()));
    }

    private static void file(ApiRequest request) throws IOException {
        Views.FileView file = keptFile(request, "/files/");
        Downloads.send(request, file.name(), file.content());
    }

    /**
     * The file that an address names.
     *
     * @param marker what stands before its name
     */
    static Views.FileView keptFile(ApiRequest request, String marker) {
        Views.ResultView result = result(request, ownTask(request));
        String name = fileName(request, marker);
        return result.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ProblemException.of(
                        Refusal.Kind.NOT_FOUND,
                        "task " + result.task() + " kept no file '" + name
                                + "': the list of its files has what it kept"));
    }

    /** From the address as it was sent: what routing makes of '%' and ';' in it is not the file's name any more. */
    private static String fileName(ApiRequest request, String marker) {
        String sent = request.context().req().getRequestURI();
        String name = sent.substring(sent.indexOf(marker) + marker.length());
        // The decoder is for forms, where '+' is a space.
        return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
