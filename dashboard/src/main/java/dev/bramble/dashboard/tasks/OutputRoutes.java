package dev.bramble.dashboard.tasks;

import dev.bramble.control.Views;
import dev.bramble.control.Views.TaskState;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.JobId;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What tasks kept, as pictures to look at and all together. */
public final class OutputRoutes {
    /** Tasks asked of the bramble at once: some hundred names and places. */
    private static final int TASKS_AT_ONCE = 50;
    /** Sentences about files that are missing; more say the same. */
    private static final int MISSING_MAX = 1000;

    private OutputRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get(TaskRoutes.TASK + "/pictures/<name>", UserRole.SUBMITTER, OutputRoutes::picture),
                Route.get("/jobs/{job}/files.tar", UserRole.SUBMITTER, OutputRoutes::archive));
    }

    /** Only what is a picture by its bytes, and of a format that cannot hold a program. */
    private static void picture(ApiRequest request) throws IOException {
        Views.FileView file = TaskRoutes.keptFile(request, "/pictures/");
        Output content = file.content();
        try (InputStream in = new BufferedInputStream(open(request, content).orElseThrow(OutputRoutes::away))) {
            in.mark(Preview.PICTURE_HEAD_BYTES);
            boolean isPicture = Preview.isPicture(in.readNBytes(Preview.PICTURE_HEAD_BYTES), content.sizeBytes());
            in.reset();
            if (!isPicture) {
                throw ProblemException.of(
                        Refusal.Kind.CONFLICT,
                        "'" + file.name() + "' is no PNG picture of at most " + Preview.PICTURE_BYTES_MAX
                                + " bytes: download it");
            }
            byte[] bytes = in.readAllBytes();
            request.context()
                    .header("Content-Security-Policy", "default-src 'none'; sandbox")
                    // What a task has kept never changes.
                    .header("Cache-Control", "private, max-age=3600")
                    .disableCompression()
                    .contentType("image/png")
                    .result(bytes);
        }
    }

    private static ProblemException away() {
        return ProblemException.of(
                Refusal.Kind.UNAVAILABLE, "no node that is up has a whole copy of this file: try again later");
    }

    private static Optional<InputStream> open(ApiRequest request, Output content) throws IOException {
        return Downloads.stream(request.control(), content);
    }

    private record Kept(Views.TaskView task, Views.ResultView result) {}

    /** Streamed task by task: what is together is never held together. */
    private static void archive(ApiRequest request) throws IOException {
        JobId job = request.job();
        int reduceIndex = request.read(views -> TaskRoutes.reduceIndex(views, request.ownJob(views, job)));
        request.context().res().setContentType("application/x-tar");
        request.context().res().setHeader("Content-Disposition", Downloads.disposition("job-" + job + ".tar"));
        TarStream tar =
                new TarStream(new BufferedOutputStream(request.context().res().getOutputStream()));
        List<String> missing = new ArrayList<>();
        int from = 0;
        while (true) {
            int begin = from;
            List<Kept> page = request.read(views -> kept(views, job, begin));
            if (page.isEmpty()) {
                break;
            }
            for (Kept kept : page) {
                int task = kept.task().task();
                String folder = (task == reduceIndex ? "reduce" : Integer.toString(task)) + "/";
                write(request, tar, folder + "stdout", kept.result().stdout(), false, missing);
                if (kept.result().stderr().sizeBytes() > 0) {
                    write(request, tar, folder + "stderr", kept.result().stderr(), false, missing);
                }
                for (Views.FileView file : kept.result().files()) {
                    write(request, tar, folder + file.name(), file.content(), file.executable(), missing);
                }
                from = task + 1;
            }
        }
        if (!missing.isEmpty()) {
            byte[] said = String.join("\n", missing).concat("\n").getBytes(StandardCharsets.UTF_8);
            tar.file("MISSING.txt", said.length, false, new ByteArrayInputStream(said));
        }
        tar.end();
    }

    private static List<Kept> kept(Views views, JobId job, int from) {
        List<Kept> page = new ArrayList<>();
        int next = from;
        while (page.size() < TASKS_AT_ONCE) {
            List<Views.TaskView> tasks = views.tasks(job, next, TASKS_AT_ONCE, Optional.of(TaskState.SUCCEEDED));
            for (Views.TaskView task : tasks) {
                views.result(job, task.task()).ifPresent(result -> page.add(new Kept(task, result)));
                next = task.task() + 1;
            }
            if (tasks.size() < TASKS_AT_ONCE) {
                break;
            }
        }
        return page;
    }

    /** A file that no node has now is named at the end; the others are of use without it. */
    private static void write(
            ApiRequest request, TarStream tar, String name, Output content, boolean isProgram, List<String> missing)
            throws IOException {
        if (content instanceof Output.SegmentLine) {
            // A filter's answers are a download of their own.
            return;
        }
        try (InputStream in = open(request, content).orElse(null)) {
            if (in != null) {
                tar.file(name, content.sizeBytes(), isProgram, in);
            } else if (missing.size() < MISSING_MAX) {
                missing.add(name + ": no node that is up has a whole copy of it");
            }
        }
    }
}
